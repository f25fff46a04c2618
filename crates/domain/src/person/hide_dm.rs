//! Leaving a direct message out of one's own list until somebody writes in it, or showing it again: for all of one's sessions, and for no
//! one else.
//!
//! That the channel is a direct message is for the caller to know. It is hidden up to its newest message of that moment: a newer one makes it
//! count as shown, without a change by the person.

use ajet_protocol::ChannelId;
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::preferences::{Preferences, ask_about, set};
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::Turn;
use crate::{Caller, Denied};

/// Whether the person leaves a direct message out of their list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HideDm {
    pub channel_id: ChannelId,
    pub hidden: bool,
}

impl Verb for HideDm {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.channel_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        set(self.channel_id, core, turn, |before| Preferences { hidden: self.hidden, ..before })
    }
}
