//! Silencing a channel for oneself, or letting it sound again: for all of one's sessions, and for no one else.

use ajet_protocol::ChannelId;
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::preferences::{Preferences, ask_about, set};
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::Turn;
use crate::{Caller, Denied};

/// Whether the person wants to hear of what is new in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MuteChannel {
    pub channel_id: ChannelId,
    pub muted: bool,
}

impl Verb for MuteChannel {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.channel_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        set(self.channel_id, core, turn, |before| Preferences { muted: self.muted, ..before })
    }
}
