//! Silencing a channel for oneself, or letting it sound again: for all of one's sessions, and for no one else.
//!
//! It rests on the person's membership of the channel, as a read marker does ([`super::mark_read`]).

use ajet_protocol::events::PreferencesPayload;
use ajet_protocol::{ChannelId, Event};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, Needs, PreferencesOf};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied};

/// Whether the person wants to hear of what is new in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MuteChannel {
    pub channel_id: ChannelId,
    pub muted: bool,
}

impl MuteChannel {
    /// What this batch has decided of the channel already.
    fn set_before(self, core: &PersonCore) -> Option<bool> {
        core.last_decided(|change| match change {
            Change::SetPreferences { channel_id, muted, .. } if *channel_id == self.channel_id => {
                Some(*muted)
            }
            _ => None,
        })
    }
}

impl Verb for MuteChannel {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(PreferencesOf { user: core.id(), channel: self.channel_id });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (Self { channel_id, muted }, user_id) = (*self, core.id());
        if turn.by.id() != user_id {
            return Err(Denied::NotFound);
        }
        let asked = PreferencesOf { user: user_id, channel: channel_id };
        let found = turn.facts.of(&asked).ok_or(Denied::Forbidden)?;
        if self.set_before(core).unwrap_or(found.muted) == muted {
            return Ok(Decision::nothing(()));
        }
        Ok(Decision {
            events: vec![Emit::new(&Event::ChannelPreferences(PreferencesPayload { channel_id, muted }))],
            changes: vec![Change::SetPreferences { user_id, channel_id, muted }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
