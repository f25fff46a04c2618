//! Things that are found by listing them: webhooks, bots, emoji, sessions and their like.

use ajet_protocol::{
    Bot, CustomCommand, Emoji, OauthAccount, OauthProvider, OutgoingWebhook, PageQuery, Session, Webhook,
};

use super::pick::{Sought, picked};
use crate::app::App;
use crate::failure::Failure;

/// As many as a page holds at most.
const MANY: PageQuery = PageQuery { before: None, after: None, limit: Some(200) };

impl App {
    /// An incoming webhook of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn webhook(&self, text: &str) -> Result<Webhook, Failure> {
        let community = self.community().await?.community.id;
        let all = self.client()?.webhooks_of_community(community, &MANY).await?.items;
        let sought = Sought { argument: "WEBHOOK", noun: "webhook", text };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// A bot of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn bot(&self, text: &str) -> Result<Bot, Failure> {
        let community = self.community().await?.community.id;
        let all = self.client()?.bots(community, &MANY).await?.items;
        let sought = Sought { argument: "BOT", noun: "bot", text: text.trim_start_matches('@') };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// An emoji of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn emoji(&self, text: &str) -> Result<Emoji, Failure> {
        let community = self.community().await?.community.id;
        let all = self.client()?.emoji(community, &MANY).await?.items;
        let sought = Sought { argument: "EMOJI", noun: "emoji", text: text.trim_matches(':') };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// One of one's own sessions.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn session(&self, text: &str) -> Result<Session, Failure> {
        let all = self.client()?.sessions(&MANY).await?.items;
        let sought = Sought { argument: "SESSION", noun: "session", text };
        picked(sought, &all, |one| (one.id.0, one.device.as_deref().unwrap_or_default())).cloned()
    }

    /// An outgoing webhook of the community, by its address or its id.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn outgoing_webhook(&self, text: &str) -> Result<OutgoingWebhook, Failure> {
        let community = self.community().await?.community.id;
        let all = self.client()?.outgoing_webhooks(community, &MANY).await?.items;
        let sought = Sought { argument: "WEBHOOK", noun: "outgoing webhook", text };
        picked(sought, &all, |one| (one.id.0, one.url.as_str())).cloned()
    }

    /// A slash command of the community's own.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn own_command(&self, text: &str) -> Result<CustomCommand, Failure> {
        let community = self.community().await?.community.id;
        let all = self.client()?.custom_commands(community, &MANY).await?.items;
        let sought = Sought { argument: "COMMAND", noun: "command", text: text.trim_start_matches('/') };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// A sign-in provider that was added while the system runs.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn provider(&self, text: &str) -> Result<OauthProvider, Failure> {
        let all = self.client()?.oauth_providers(&MANY).await?.items;
        let sought = Sought { argument: "PROVIDER", noun: "provider", text };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// One of one's own accounts at sign-in providers.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn account(&self, text: &str) -> Result<OauthAccount, Failure> {
        let all = self.client()?.accounts(&MANY).await?.items;
        let sought = Sought { argument: "ACCOUNT", noun: "account", text };
        picked(sought, &all, |one| (one.id.0, one.username.as_str())).cloned()
    }
}
