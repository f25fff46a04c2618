//! Tells that a poll has closed. A job of the server asks for it when the time has come, and may ask again: readers replace what they know
//! of the poll. Whether a poll is closed follows from the clock alone, and so holds without this.
//!
//! A job may come too early by the clock of this node. Then it rests, and comes again.

use ajet_protocol::MessageId;
use serde::{Deserialize, Serialize};

use super::ChannelCore;
use crate::asked::{Caller, Via};
use crate::job::NotDue;
use crate::need::{Ask, HeadOf, Needs, PollOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// The poll of a message, whose time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosePoll {
    pub message_id: MessageId,
}

impl ClosePoll {
    fn asked(self, by: &Caller) -> PollOf {
        PollOf { message: self.message_id, user: by.id() }
    }
}

impl Verb for ClosePoll {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = NotDue;

    /// It tells how the poll is when it is decided.
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "poll";

    fn needs(&self, _: &ChannelCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(HeadOf(self.message_id));
            needs.ask(self.asked(by));
        }
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound.into());
        }
        let is_there = core.head(self.message_id, turn.facts).is_some_and(|head| !head.deleted);
        let poll = core.poll(&self.asked(turn.by), turn.facts).filter(|_| is_there);
        // What was deleted meanwhile has nothing to tell.
        let Some(poll) = poll else { return Ok(Decision::nothing(())) };
        if poll.closes_at.is_none() {
            return Ok(Decision::nothing(()));
        }
        if !poll.is_closed(turn.now) {
            return Err(NotDue::NotYet);
        }
        let events = vec![core.tell_of_poll(self.message_id, poll, turn.now)];
        Ok(Decision { events, ..Decision::nothing(()) })
    }
}
