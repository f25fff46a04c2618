//! Telling a person of a message that mentions them. The server asks for it, once for each of them, and may ask again.
//!
//! It rests on the person's membership of the channel, as a read marker does ([`super::mark_read`]): a person who was removed is told
//! of nothing more (I6). The event has no text of the message, since the log must keep none (I19).

use ajet_protocol::events::NotificationPayload;
use ajet_protocol::{ChannelId, Event, MessageId, Notification, NotificationId, NotificationType, UserId};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::asked::{Caller, Via};
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, Needs, NoticeOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// A message of a channel that concerns the person. The caller's account is the message's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    pub channel_id: ChannelId,
    pub message_id: MessageId,
    pub kind: Notice,
}

/// How a message concerns a person. Between nodes it is its place in this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// It mentions them.
    Mention,
}

impl From<Notice> for NotificationType {
    fn from(notice: Notice) -> Self {
        match notice {
            Notice::Mention => Self::Mention,
        }
    }
}

impl Notify {
    fn question(self, user: UserId) -> NoticeOf {
        NoticeOf { user, kind: self.kind.into(), channel: self.channel_id, message: self.message_id }
    }
}

impl Verb for Notify {
    type Entity = PersonCore;
    /// Whether the person was told now; false for one who was told earlier, or is not to be told at all. In each case nothing is left to do.
    type Answer = bool;
    type Refusal = Denied;

    /// A person is told of a message once.
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "actor";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(self.question(core.id()));
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, message_id, kind } = *self;
        if turn.by.via != Via::System {
            return Err(Denied::NotFound);
        }
        let (kind, source_id, user_id) = (NotificationType::from(kind), message_id.0, core.id());
        let Some(found) = turn.facts.of(&self.question(user_id)) else { return Ok(Decision::nothing(false)) };
        if found.told || core.has_told(kind, source_id) {
            return Ok(Decision::nothing(false));
        }
        let id = NotificationId(core.mint().next(turn.now, turn.universe.entropy()));
        // A message that the person has read up to is notified as read.
        let read = found.read || core.marked(channel_id) >= Some(message_id);
        let (actor, at) = (turn.by.user.clone(), turn.now);
        let change =
            Change::AddNotification { id, user_id, kind, source_id, channel_id, actor: actor.id, read, at };
        let notification =
            Notification { id, kind, source_id, channel_id, actor, preview: None, read, created_at: at };
        Ok(Decision {
            events: vec![Emit::new(&Event::NotificationNew(NotificationPayload { notification }))],
            changes: vec![change],
            raises: vec![],
            made: None,
            answer: true,
        })
    }
}
