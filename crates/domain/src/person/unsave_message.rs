//! Dropping a message from what one has saved; again changes nothing.

use ajet_protocol::MessageId;
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::saved::{reminder, saved, updated};
use crate::change::Change;
use crate::need::{Ask, Needs, SavedOf};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied};

/// A message that is to be saved no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsaveMessage {
    pub message_id: MessageId,
}

impl Verb for UnsaveMessage {
    type Entity = PersonCore;
    /// Whether it was saved before.
    type Answer = bool;
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "id";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(SavedOf { user: core.id(), message: self.message_id });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (user_id, message_id) = (core.id(), self.message_id);
        if turn.by.id() != user_id {
            return Err(Denied::NotFound);
        }
        let Some(before) = saved(message_id, core, turn) else { return Ok(Decision::nothing(false)) };
        let job = reminder((user_id, message_id), [before.remind_at, None], turn.now);
        Ok(Decision {
            events: vec![updated(message_id, before.channel_id, None)],
            changes: [Change::UnsaveMessage { user_id, message_id }].into_iter().chain(job).collect(),
            raises: vec![],
            made: None,
            answer: true,
        })
    }
}
