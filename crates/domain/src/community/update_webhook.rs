//! Renames an incoming webhook, gives it another picture, or has it post into another channel of the community.
//!
//! What it posted before keeps the name, the picture and the place that it was posted with.

use ajet_protocol::{ChannelId, Permission, Trimmed, WebhookId};
use serde::{Deserialize, Serialize};

use super::rights::{Silenced, holding, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::WebhookUpdate;
use crate::need::{Ask, Needs, StandingOf, WebhookOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What is to be changed of a webhook; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateWebhook {
    pub webhook_id: WebhookId,
    pub name: Option<Trimmed>,
    /// An empty text takes the picture away.
    pub avatar_url: Option<String>,
    pub channel_id: Option<ChannelId>,
}

refusals! {
    /// Why a webhook stays as it is.
    pub enum Refused: Denied | Silenced {
        /// The caller may not know of the channel that it is to post into, or the community has no such channel.
        ChannelUnknown => Invalid("channel_id", "not_found"): "names no channel of this community",
    }
}

impl UpdateWebhook {
    fn question(&self, by: &Caller) -> WebhookOf {
        WebhookOf { webhook: self.webhook_id, user: by.rights_of() }
    }
}

impl Verb for UpdateWebhook {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(self.question(by));
        if let Some(channel) = self.channel_id {
            needs.ask(StandingOf { user: by.rights_of(), channel: Some(channel) });
        }
    }

    /// What the webhook's channel allows and denies counts, as where one is created, and so does what the channel does that it moves to.
    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { webhook_id: id, name, avatar_url, channel_id } = self.clone();
        let webhook = turn.facts.of(&self.question(turn.by)).ok_or(Denied::NotFound)?;
        let standing = holding(turn.within_scopes(webhook.standing), Permission::ManageWebhooks)?;
        let shown = avatar_url.as_ref().is_some_and(|url| !url.is_empty());
        if name.is_some() || shown {
            require_unmuted(&standing, turn)?;
        }
        if let Some(channel) = channel_id {
            moves_into(channel, turn)?;
        }
        let channel_id = channel_id.filter(|channel| *channel != webhook.channel);
        if name.is_none() && avatar_url.is_none() && channel_id.is_none() {
            return Ok(Decision::nothing(()));
        }
        let name = name.map(String::from);
        let avatar_url = avatar_url.map(|url| Some(url).filter(|url| !url.is_empty()));
        let update = WebhookUpdate { id, name, avatar_url, channel_id };
        Ok(Decision {
            events: vec![],
            changes: vec![Change::UpdateWebhook(update)],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("webhook.update", AuditTarget::Webhook(self.webhook_id));
        let audit = audit.with("name", self.name.as_ref().map(Trimmed::as_str));
        Some(audit.with("channel_id", self.channel_id.map(|id| id.to_string())))
    }
}

/// Whether the caller may have a webhook post into a channel.
fn moves_into(channel: ChannelId, turn: &Turn<'_>) -> Result<(), Refused> {
    match holding(turn.rights(Some(channel)), Permission::ManageWebhooks) {
        Ok(standing) => Ok(require_unmuted(&standing, turn)?),
        Err(Denied::NotFound) => Err(Refused::ChannelUnknown),
        Err(denied) => Err(denied.into()),
    }
}
