//! Moving one's read marker of a channel on; never back, which only [`super::mark_unread`] does. Notifications of what was read are read
//! with it, without an event of their own.
//!
//! A mark rests on the person's membership of the channel, as of the version of its scope (the community, or the direct message) that was
//! looked up with it: one that was decided before the person was removed is stale after it (I6).

use ajet_protocol::events::ReadPayload;
use ajet_protocol::{ChannelId, Event, MessageId, UserId};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, Facts, MarkerOf, Needs};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied, refusals};

/// Everything up to a message of a channel counts as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRead {
    pub channel_id: ChannelId,
    pub message_id: MessageId,
}

refusals! {
    /// Why a read marker was not moved.
    pub enum NotMarked: Denied {
        /// The caller has not joined the channel, or the message is not in it.
        NotYours => Invalid("message_id", "not_found"): "names no message of a channel you joined",
    }
}

impl MarkRead {
    fn question(self, user: UserId) -> MarkerOf {
        MarkerOf { user, channel: self.channel_id, message: self.message_id }
    }

    /// Whether another command of the same batch moves the marker further. The facts hold what all of them asked.
    fn is_overtaken(self, facts: &Facts) -> bool {
        facts.markers.iter().any(|(asked, found)| {
            asked.channel == self.channel_id && asked.message > self.message_id && found.is_some()
        })
    }
}

impl Verb for MarkRead {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotMarked;

    /// A late attempt could undo that something was marked as unread after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "message_id";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        // Of a command that is refused nothing is asked: `is_overtaken` must not find it.
        if by.id() == core.id() {
            needs.ask(self.question(core.id()));
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, message_id } = *self;
        let user_id = core.id();
        if turn.by.id() != user_id {
            return Err(Denied::NotFound.into());
        }
        let found = turn.facts.of(&self.question(user_id)).ok_or(NotMarked::NotYours)?;
        // Both were sent before either was answered, so the order is free. What is counted here is not counted after a move back.
        if core.has_marked_unread(channel_id) {
            return Ok(Decision::nothing(()));
        }
        let read_to = found.read_to.max(core.marked(channel_id).flatten());
        if read_to >= Some(message_id) || self.is_overtaken(turn.facts) {
            return Ok(Decision::nothing(()));
        }
        let read = ReadPayload { channel_id, message_id: Some(message_id), unread: found.unread };
        Ok(Decision {
            events: vec![Emit::new(&Event::ReadUpdated(read))],
            changes: vec![Change::MarkRead { user_id, channel_id, message_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
