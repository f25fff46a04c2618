//! Changes an outgoing webhook: where its requests go, what it is sent, and whether it is on.
//!
//! Who changes it answers for it from then on: it is sent what they see. Else who manages webhooks and does not see a channel could have
//! the events of that channel sent to an address of theirs. For the same reason they say themselves which channels it is narrowed to, if it
//! is: of one that stayed unseen they would be sent its end, which is judged by no one's sight.

use ajet_protocol::{ChannelId, OffReason, OutgoingWebhookId, Permission};
use serde::{Deserialize, Serialize};

use super::create_outgoing_webhook::{Unfit, ask_of_channels, require_channels, types_of};
use super::rights::require;
use super::{Change, CommunityCore, telling};
use crate::asked::{Caller, Via};
use crate::change::{OutgoingChange, TargetUrl};
use crate::need::{Ask, Needs, OutgoingFacts, OutgoingWebhookOf, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// Whether a webhook is to be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switch {
    On,
    /// Somebody wants it off.
    Stopped,
    /// Its address wants nothing any more.
    Gone,
    /// Its address took nothing for days, or took less than it was to be sent.
    Failing,
}

impl Switch {
    /// Why it is off afterwards.
    #[must_use]
    pub fn off(self) -> Option<OffReason> {
        match self {
            Self::On => None,
            Self::Stopped => Some(OffReason::Stopped),
            Self::Gone => Some(OffReason::Gone),
            Self::Failing => Some(OffReason::Failing),
        }
    }
}

/// What is to be changed of an outgoing webhook; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateOutgoingWebhook {
    pub webhook_id: OutgoingWebhookId,
    /// From the server it is the address that it speaks of, and changes nothing.
    pub url: Option<TargetUrl>,
    /// The names of all types of events that it is sent.
    pub events: Option<Vec<String>>,
    /// `Some(None)`: all channels, and what is of none.
    pub channel_ids: Option<Option<Vec<ChannelId>>>,
    pub switch: Option<Switch>,
}

impl UpdateOutgoingWebhook {
    /// The webhook is to be on or off, and nothing else.
    #[must_use]
    pub fn switched(webhook_id: OutgoingWebhookId, switch: Switch) -> Self {
        Self { webhook_id, url: None, events: None, channel_ids: None, switch: Some(switch) }
    }

    fn channels(&self) -> Option<&[ChannelId]> {
        self.channel_ids.as_ref()?.as_deref()
    }

    fn applied_to(&self, before: &OutgoingFacts) -> OutgoingFacts {
        let mut after = before.clone();
        if let Some(url) = &self.url {
            after.url = url.clone();
        }
        if let Some(events) = &self.events {
            after.events = types_of(events);
        }
        if let Some(channels) = &self.channel_ids {
            after.channel_ids.clone_from(channels);
        }
        match self.switch {
            // It keeps the reason for which it is off already.
            Some(Switch::Stopped) => after.off = before.off.or(Some(OffReason::Stopped)),
            Some(switch) => after.off = switch.off(),
            None => {}
        }
        after
    }
}

impl Verb for UpdateOutgoingWebhook {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Unfit;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "url";

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(OutgoingWebhookOf(self.webhook_id));
        ask_of_channels(self.channels(), by, needs);
    }

    /// The server switches a webhook off whatever the person may do whose it is, and does not become whom it acts for. It tells them.
    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let by_server = turn.by.via == Via::System;
        if !by_server {
            require(turn, Permission::ManageWebhooks)?;
            require_channels(self.channels(), turn)?;
        }
        let before = turn.facts.of(&OutgoingWebhookOf(self.webhook_id)).ok_or(Denied::NotFound)?;
        // What an address answered says nothing of another one.
        if by_server && self.url.as_ref().is_some_and(|url| *url != before.url) {
            return Ok(Decision::nothing(()));
        }
        let after = self.applied_to(&before);
        if after == before {
            return Ok(Decision::nothing(()));
        }
        let acts_for = if by_server { before.acts_for } else { turn.by.rights_of() };
        if acts_for != before.acts_for && before.channel_ids.is_some() && self.channel_ids.is_none() {
            return Err(Unfit::ChannelUnknown);
        }
        let tells = is_told(&before, &after, turn)
            .then(|| telling::of_webhook_off(core, turn, before.acts_for, self.webhook_id));
        let OutgoingFacts { url, events, channel_ids, off, .. } = after;
        let id = self.webhook_id;
        let updated = OutgoingChange::UpdateWebhook { id, url, events, channel_ids, off, acts_for };
        Ok(Decision {
            events: vec![],
            changes: [Change::Outgoing(updated)].into_iter().chain(tells).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("outgoing_webhook.update", AuditTarget::OutgoingWebhook(self.webhook_id));
        let audit = audit.with("events", self.events.as_ref().map(|events| events.join(" ")));
        let state = self.switch.map(|switch| switch.off().map_or("on", OffReason::as_str));
        Some(audit.with("state", state))
    }
}

/// Whether who answers for a webhook is told of a change: the server switched it off. Who may not manage webhooks there any more is not. The
/// server asks in their name; where another person has taken the webhook over since, that one could manage it a moment ago.
fn is_told(before: &OutgoingFacts, after: &OutgoingFacts, turn: &Turn<'_>) -> bool {
    let goes_off = turn.by.via == Via::System && before.off.is_none() && after.off.is_some();
    let manages = || turn.by.id() != before.acts_for || turn.rights(None).may(Permission::ManageWebhooks);
    goes_off && manages()
}
