//! Creates an incoming webhook, with the account that it posts under.

use ajet_protocol::{ChannelId, Permission, Trimmed, User, UserId, Webhook, WebhookId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rights::{Unpublished, require_in, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::need::{Ask, Needs, StandingOf};
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A webhook to be created; only the hash of its secret comes this far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateWebhook {
    pub channel_id: ChannelId,
    pub name: Trimmed,
    pub avatar_url: Option<String>,
    pub token_hash: Vec<u8>,
}

impl Verb for CreateWebhook {
    type Entity = CommunityCore;
    type Answer = Made<WebhookId>;
    type Refusal = Unpublished;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("webhooks"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require_unmuted(&require_in(turn, self.channel_id, Permission::ManageWebhooks)?, turn)?;
        let (id, user_id) = (WebhookId(core.new_id(turn)), UserId(core.new_id(turn)));
        let webhook = Webhook {
            id,
            channel_id: self.channel_id,
            name: self.name.to_string(),
            avatar_url: self.avatar_url.clone(),
            url: None,
            created_by: turn.by.id(),
            created_at: turn.now,
        };
        let user = User {
            id: user_id,
            username: format!("webhook-{id}"),
            display_name: self.name.to_string(),
            avatar_url: self.avatar_url.clone(),
            status_text: None,
            bot: true,
            created_at: turn.now,
        };
        Ok(Decision {
            events: vec![],
            changes: vec![Change::AddWebhook { webhook, token_hash: self.token_hash.clone(), user }],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(id),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("webhook.create", AuditTarget::Made("webhook"));
        let audit = audit.with("name", Some(self.name.as_str()));
        Some(audit.with("channel_id", Some(self.channel_id.to_string())))
    }
}
