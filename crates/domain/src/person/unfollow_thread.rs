//! Following a thread no longer, also one that the person began or replied to. Again changes nothing.

use ajet_protocol::MessageId;
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::follow_thread::{NotFollowed, ask_about, set};
use crate::Caller;
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::Turn;

/// A thread of which the person wants to hear no more, by its first message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfollowThread {
    pub message_id: MessageId,
}

impl Verb for UnfollowThread {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotFollowed;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.message_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        set(self.message_id, false, core, turn)
    }
}
