//! Creates an outgoing webhook, which is sent what its maker sees.

use ajet_protocol::{ChannelId, EventType, OutgoingWebhookId, Permission, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::{OutgoingChange, SealedSecret, TargetUrl};
use crate::need::{Ask, Needs, OutgoingCount, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An outgoing webhook to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateOutgoingWebhook {
    pub url: TargetUrl,
    /// The names of the types of events that it is sent.
    pub events: Vec<String>,
    /// `None`: all channels, and what is of none.
    pub channel_ids: Option<Vec<ChannelId>>,
    pub secret: SealedSecret,
}

refusals! {
    /// Why there is no such filter.
    pub enum Unfit: Denied {
        /// The caller may not have a channel's events sent anywhere, or does not know of the channel.
        ChannelUnknown => Invalid("channel_ids", "unknown"): "names a channel that is not one of this community in which you manage webhooks",
    }
}

refusals! {
    /// Why an outgoing webhook was not created.
    pub enum Refused: Unfit {
        /// It would be one more than a community may have.
        TooMany => Limit: "A community has at most 20 outgoing webhooks.",
    }
}

/// Asks for what [`require_channels`] rests on.
pub(super) fn ask_of_channels(channels: Option<&[ChannelId]>, by: &Caller, needs: &mut Needs) {
    for channel in channels.into_iter().flatten() {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(*channel) });
    }
}

/// Each channel is one that the caller sees, and in which they may manage webhooks.
pub(super) fn require_channels(channels: Option<&[ChannelId]>, turn: &Turn<'_>) -> Result<(), Unfit> {
    let fits = |channel: &ChannelId| {
        let standing = turn.rights(Some(*channel));
        standing.sees() && standing.may(Permission::ManageWebhooks)
    };
    if channels.into_iter().flatten().all(fits) { Ok(()) } else { Err(Unfit::ChannelUnknown) }
}

/// The types of these names, without those that this version does not know.
pub(super) fn types_of(names: &[String]) -> Vec<EventType> {
    names.iter().filter_map(|name| EventType::named(name)).collect()
}

impl Verb for CreateOutgoingWebhook {
    type Entity = CommunityCore;
    type Answer = Made<OutgoingWebhookId>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("outgoing_webhooks"));
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "url";

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(OutgoingCount);
        ask_of_channels(self.channel_ids.as_deref(), by, needs);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::ManageWebhooks).map_err(Unfit::from)?;
        require_channels(self.channel_ids.as_deref(), turn)?;
        if turn.facts.of(&OutgoingCount) >= limits::OUTGOING_WEBHOOKS {
            return Err(Refused::TooMany);
        }
        let id = OutgoingWebhookId(core.new_id(turn));
        let added = OutgoingChange::AddWebhook {
            id,
            url: self.url.clone(),
            events: types_of(&self.events),
            channel_ids: self.channel_ids.clone(),
            secret: self.secret.clone(),
            by: turn.by.rights_of(),
            at: turn.now,
        };
        Ok(Decision {
            events: vec![],
            changes: vec![Change::Outgoing(added)],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(id),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    /// Where it leads is not noted: an address may hold a secret.
    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("outgoing_webhook.create", AuditTarget::Made("outgoing_webhook"));
        Some(audit.with("events", Some(self.events.join(" "))))
    }
}
