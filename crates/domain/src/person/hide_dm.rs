//! Leaving a direct message out of one's own list until somebody writes in it, or showing it again: for all of one's sessions, and for no
//! one else.
//!
//! It rests on the person's membership of the channel, as a read marker does ([`super::mark_read`]). That the channel is a direct message is
//! for the caller to know. What is hidden is so up to the newest message of that moment; a newer one makes it count as shown.

use ajet_protocol::events::PreferencesPayload;
use ajet_protocol::{ChannelId, Event, NotifyLevel};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, Needs, PreferencesOf};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied};

/// Whether the person wants to see a direct message in their list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HideDm {
    pub channel_id: ChannelId,
    pub hidden: bool,
}

impl HideDm {
    /// What this batch has decided of the channel already: whether it is muted, of what the person is told, and whether it is hidden.
    fn set_before(self, core: &PersonCore) -> Option<(bool, NotifyLevel, bool)> {
        core.last_decided(|change| match change {
            Change::SetPreferences { channel_id, muted, notify, hidden, .. }
                if *channel_id == self.channel_id =>
            {
                Some((*muted, *notify, *hidden))
            }
            _ => None,
        })
    }
}

impl Verb for HideDm {
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
        let (Self { channel_id, hidden }, user_id) = (*self, core.id());
        if turn.by.id() != user_id {
            return Err(Denied::NotFound);
        }
        let asked = PreferencesOf { user: user_id, channel: channel_id };
        let found = turn.facts.of(&asked).ok_or(Denied::NotFound)?;
        let stored = (found.muted, found.notify, found.hidden);
        let (muted, notify, was_hidden) = self.set_before(core).unwrap_or(stored);
        if was_hidden == hidden {
            return Ok(Decision::nothing(()));
        }
        let set = PreferencesPayload { channel_id, muted, notify, hidden };
        Ok(Decision {
            events: vec![Emit::new(&Event::ChannelPreferences(set))],
            changes: vec![Change::SetPreferences { user_id, channel_id, muted, notify, hidden }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
