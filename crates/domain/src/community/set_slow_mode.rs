//! Sets the pause between two messages of one person in a channel. If it is so already, nothing happens.
//!
//! Those who manage messages there, and webhooks, post without it.

use ajet_protocol::events::ChannelPayload;
use ajet_protocol::{Channel, ChannelId, Event, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require_in;
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, ChannelOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A channel in which people are to wait between two messages; 0 seconds: no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSlowMode {
    pub channel_id: ChannelId,
    pub seconds: u32,
}

impl Verb for SetSlowMode {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(ChannelOf(self.channel_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id: id, seconds } = *self;
        require_in(turn, id, Permission::ManageChannels)?;
        let before = turn.facts.of(&ChannelOf(id)).ok_or(Denied::NotFound)?;
        if before.slow_mode_s == seconds {
            return Ok(Decision::nothing(()));
        }
        let channel = Channel { slow_mode_s: seconds, ..before };
        let event = Event::ChannelUpdated(ChannelPayload { channel: channel.into() });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, id)],
            changes: vec![Change::SlowChannel { id, seconds }],
            // How often anybody may post there changes.
            raises: vec![Affected::Use(id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("channel.slow_mode", AuditTarget::Channel(self.channel_id));
        Some(audit.with("seconds", Some(self.seconds.to_string())))
    }
}
