//! Things that are found by listing them: webhooks, bots, emoji, sessions, nodes and their like. Each list that is read by pages begins
//! with the least id.

use ajet_protocol::ops::NodeReport;
use ajet_protocol::{
    Bot, CustomCommand, Emoji, OauthAccount, OauthProvider, OutgoingWebhook, Session, Webhook,
};

use super::pick::{Sought, picked};
use super::whole::whole;
use crate::app::App;
use crate::failure::Failure;

impl App {
    /// An incoming webhook of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn webhook(&self, text: &str) -> Result<Webhook, Failure> {
        let community = self.community().await?.community.id;
        let client = self.client()?;
        let all = whole(
            |one: &Webhook| one.id.0,
            async |query| client.webhooks_of_community(community, &query).await,
        )
        .await?;
        let sought = Sought { argument: "WEBHOOK", noun: "webhook", text };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// A bot of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn bot(&self, text: &str) -> Result<Bot, Failure> {
        let community = self.community().await?.community.id;
        let client = self.client()?;
        let all = whole(|one: &Bot| one.id.0, async |query| client.bots(community, &query).await).await?;
        let sought = Sought { argument: "BOT", noun: "bot", text: text.trim_start_matches('@') };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// An emoji of the community.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn emoji(&self, text: &str) -> Result<Emoji, Failure> {
        let community = self.community().await?.community.id;
        let client = self.client()?;
        let all = whole(|one: &Emoji| one.id.0, async |query| client.emoji(community, &query).await).await?;
        let sought = Sought { argument: "EMOJI", noun: "emoji", text: text.trim_matches(':') };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// One of one's own sessions.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn session(&self, text: &str) -> Result<Session, Failure> {
        let client = self.client()?;
        let all = whole(|one: &Session| one.id.0, async |query| client.sessions(&query).await).await?;
        let sought = Sought { argument: "SESSION", noun: "session", text };
        picked(sought, &all, |one| (one.id.0, one.device.as_deref().unwrap_or_default())).cloned()
    }

    /// An outgoing webhook of the community, by its address or its id.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn outgoing_webhook(&self, text: &str) -> Result<OutgoingWebhook, Failure> {
        let community = self.community().await?.community.id;
        let client = self.client()?;
        let all = whole(
            |one: &OutgoingWebhook| one.id.0,
            async |query| client.outgoing_webhooks(community, &query).await,
        )
        .await?;
        let sought = Sought { argument: "WEBHOOK", noun: "outgoing webhook", text };
        picked(sought, &all, |one| (one.id.0, one.url.as_str())).cloned().map_err(without_address)
    }

    /// A slash command of the community's own.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn own_command(&self, text: &str) -> Result<CustomCommand, Failure> {
        let community = self.community().await?.community.id;
        let client = self.client()?;
        let all = whole(
            |one: &CustomCommand| one.id.0,
            async |query| client.custom_commands(community, &query).await,
        )
        .await?;
        let sought = Sought { argument: "COMMAND", noun: "command", text: text.trim_start_matches('/') };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// A sign-in provider that was added while the system runs.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn provider(&self, text: &str) -> Result<OauthProvider, Failure> {
        let client = self.client()?;
        let all =
            whole(|one: &OauthProvider| one.id.0, async |query| client.oauth_providers(&query).await).await?;
        let sought = Sought { argument: "PROVIDER", noun: "provider", text };
        picked(sought, &all, |one| (one.id.0, one.name.as_str())).cloned()
    }

    /// One of one's own accounts at sign-in providers.
    ///
    /// # Errors
    /// When it names none, or several.
    pub async fn account(&self, text: &str) -> Result<OauthAccount, Failure> {
        let client = self.client()?;
        let all = whole(|one: &OauthAccount| one.id.0, async |query| client.accounts(&query).await).await?;
        let sought = Sought { argument: "ACCOUNT", noun: "account", text };
        picked(sought, &all, |one| (one.id.0, one.username.as_str())).cloned()
    }
}

/// A node of a cluster. The one that runs now may be called as one did that is gone, and not yet forgotten.
///
/// # Errors
/// When it names none, or several.
pub fn named_node<'n>(text: &str, nodes: &'n [NodeReport]) -> Result<&'n NodeReport, Failure> {
    let sought = Sought { argument: "NODE", noun: "node", text };
    picked(sought, nodes, |one| (one.id, one.name.as_str()))
}

/// A failure to find an outgoing webhook without addresses, which may hold secrets: neither those that fit nor the one that was typed.
fn without_address(failure: Failure) -> Failure {
    match failure {
        Failure::Usage(_) => {
            Failure::argument("WEBHOOK", "fits several outgoing webhooks: name one by its id")
        }
        _ => Failure::Missing("WEBHOOK: there is no such outgoing webhook that you can see".into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn addresses_of_outgoing_webhooks_are_in_no_failure() {
        let all = [1, 2].map(|n| (Uuid::from_u128(n), "https://ci.example/secret"));
        for (text, code) in [("https://ci.example/s", 2), ("https://ci.example/secrets", 4)] {
            let sought = Sought { argument: "WEBHOOK", noun: "outgoing webhook", text };
            let found = picked(sought, &all, |one| (one.0, one.1)).map_err(without_address);
            let failure = found.expect_err("it fits two, or none");
            let lines = failure.lines("").join(" ");
            assert!(failure.exit_code() == code && !lines.contains("ci.example"), "{lines}");
        }
    }

    #[test]
    fn a_node_is_named_in_each_way_and_a_name_of_two_is_refused() {
        let node = |n: u128, name: &str| {
            let state = if n == 3 { "suspected" } else { "up" };
            let node = json!({ "id": Uuid::from_u128(n << 96), "name": name, "pid": 1, "addr": "10.0.0.1:8080",
                "version": "1.0.0", "started_at_ms": 0, "state": state });
            serde_json::from_value::<NodeReport>(node).expect("a node")
        };
        let nodes = [node(1, "east"), node(2, "west"), node(3, "west")];
        for text in ["east", "EAST", "ea", "00000001-0000-0000-0000-000000000000", "00000001"] {
            assert_eq!(named_node(text, &nodes).expect(text).id, nodes[0].id);
        }
        let Err(Failure::Usage(told)) = named_node("west", &nodes) else { panic!("one of two is taken") };
        assert!(nodes[1..].iter().all(|one| told.contains(&one.id.to_string())), "{told}");
        assert!(told.starts_with("NODE: "), "{told}");
        assert!(matches!(named_node("north", &nodes), Err(Failure::Missing(_))));
    }
}
