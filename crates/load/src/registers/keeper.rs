//! The keeper of a bot makes a token of it, which listens and posts for a while, and revokes it at another node: the token is worth nothing
//! from then on.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{ApiToken, BotId, ChannelId, TokenId, TokenScope};
use rand::Rng;
use reqwest::Method;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::Town;
use super::work::Work;
use crate::guests::{Asked, By};
use crate::history::{Action, What};
use crate::listening::listen;
use crate::workload::Scene;

/// What its tokens may be used for.
pub const SCOPES: [TokenScope; 2] = [TokenScope::MessagesRead, TokenScope::MessagesWrite];
/// How long a token listens before it is revoked, and after.
const STAYS: Duration = Duration::from_millis(1500);

/// Somebody who makes tokens and revokes them.
pub struct Keeper {
    work: Work,
    town: Arc<Town>,
    tokens: usize,
}

impl Keeper {
    pub fn new(scene: &Arc<Scene>, town: &Arc<Town>) -> Self {
        Self { work: Work::new(scene, "keeper".into(), 4), town: Arc::clone(town), tokens: 0 }
    }

    /// One token after another, until the scene ends.
    pub async fn keep(mut self) {
        while !self.work.is_over() {
            // The history says which acts were given up.
            let _ = self.one_token().await;
            self.work.pause().await;
        }
    }

    async fn one_token(&mut self) -> Option<()> {
        self.tokens += 1;
        let (owner, name) = (self.town.owner.by.clone(), format!("bot-{}", self.tokens));
        let asked = Asked::make_token(self.town.bot, &name);
        let (_, token) = self.work.ask::<ApiToken>(&owner, asked).await?;
        let revoking = By { name: name.clone(), client: owner.client.clone() };
        // It is shown once, and that answer may have got lost.
        let Some(secret) = token.token else {
            return self.work.tell(&revoking, Asked::revoke_token(token.id)).await;
        };
        let bot = By { name: name.clone(), client: owner.client.with_token(&secret) };
        let (scene, over) = (Arc::clone(&self.work.scene), CancellationToken::new());
        let node = self.work.rng.random_range(0..scene.bases.len());
        let listening =
            tokio::spawn(listen(Arc::clone(&scene), name.clone(), bot.client.clone(), node, over.clone()));
        self.work.say(&bot, self.town.general).await;
        tokio::time::sleep(STAYS).await;
        if self.work.tell(&revoking, Asked::revoke_token(token.id)).await.is_some() {
            self.work.tell(&bot, Asked::knock(self.town.general)).await;
        }
        tokio::time::sleep(STAYS).await;
        over.cancel();
        let _ = listening.await;
        scene.recorder.note(&name, What::Closed);
        Some(())
    }
}

impl Asked {
    fn make_token(bot: BotId, name: &str) -> Self {
        let body = Some(json!({ "scopes": SCOPES, "client_mutation_id": name }));
        let action = Action::Make { name: name.to_owned() };
        Self { body, ..Self::new(action, Method::POST, format!("/api/bots/{bot}/tokens")) }
    }

    /// In the name of who has it: they are signed out.
    fn revoke_token(token: TokenId) -> Self {
        Self::new(Action::SignOut, Method::DELETE, format!("/api/tokens/{token}"))
    }

    fn knock(channel: ChannelId) -> Self {
        Self::new(Action::Knock, Method::GET, format!("/api/channels/{channel}/messages?limit=1"))
    }
}
