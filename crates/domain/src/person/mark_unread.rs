//! Moving one's read marker of a channel back, so that a message and everything after it is unread again. It goes no further back than
//! where one joined. What is unread already stays so, and then nothing changes.
//!
//! Notifications stay read: that a person looks at a message again later is no news. It rests on the membership as [`super::mark_read`]
//! does.

use ajet_protocol::events::ReadPayload;
use ajet_protocol::{ChannelId, Event, MessageId};
use serde::{Deserialize, Serialize};

use super::mark_read::NotMarked;
use super::{Change, PersonCore};
use crate::event::Emit;
use crate::need::{Ask, Needs, UnreadFrom};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied};

/// A message of a channel from which on everything is unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkUnread {
    pub channel_id: ChannelId,
    pub message_id: MessageId,
}

impl MarkUnread {
    fn question(self, core: &PersonCore) -> UnreadFrom {
        UnreadFrom { user: core.id(), channel: self.channel_id, message: self.message_id }
    }
}

impl Verb for MarkUnread {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotMarked;

    /// A late attempt could undo that the person has read further after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "message_id";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(self.question(core));
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (channel_id, user_id) = (self.channel_id, core.id());
        if turn.by.id() != user_id {
            return Err(Denied::NotFound.into());
        }
        let found = turn.facts.of(&self.question(core)).ok_or(NotMarked::NotYours)?;
        if found.before >= core.marked(channel_id).unwrap_or(found.read_to) {
            return Ok(Decision::nothing(()));
        }
        let message_id = found.before;
        let read = ReadPayload { channel_id, message_id, unread: found.unread };
        Ok(Decision {
            events: vec![Emit::new(&Event::ReadUpdated(read))],
            changes: vec![Change::MarkUnread { user_id, channel_id, message_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
