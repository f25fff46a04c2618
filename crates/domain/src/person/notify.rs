//! Telling a person of a message that concerns them. The server asks for it, once for each of them, and may ask again.
//!
//! It rests on the person's membership of the channel, as a read marker does ([`super::mark_read`]): a person who was removed is told
//! of nothing more (I6). Of a message they are told once, for whatever reasons it concerns them. The event has no text of the message,
//! since the log must keep none (I19).

use ajet_protocol::events::NotificationPayload;
use ajet_protocol::{ChannelId, Event, MessageId, Notification, NotificationId, NotificationReason, UserId};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::asked::{Caller, Via};
use crate::change::Change;
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Ask, Needs, NoticeOf, Wishes};
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
    /// It mentions a role that they hold.
    Role,
    /// It calls those who are online.
    Here,
    /// It calls everybody in the channel.
    Channel,
    /// It stands in a direct message.
    Dm,
    /// It stands in a thread that they follow.
    ThreadReply,
}

impl Notice {
    /// The one of a reason; `None` for one that is about no message.
    #[must_use]
    pub fn of(reason: NotificationReason) -> Option<Self> {
        match reason {
            NotificationReason::User => Some(Self::Mention),
            NotificationReason::Role => Some(Self::Role),
            NotificationReason::Here => Some(Self::Here),
            NotificationReason::Channel => Some(Self::Channel),
            NotificationReason::Dm => Some(Self::Dm),
            NotificationReason::ThreadReply => Some(Self::ThreadReply),
            _ => None,
        }
    }
}

impl From<Notice> for NotificationReason {
    fn from(notice: Notice) -> Self {
        match notice {
            Notice::Mention => Self::User,
            Notice::Role => Self::Role,
            Notice::Here => Self::Here,
            Notice::Channel => Self::Channel,
            Notice::Dm => Self::Dm,
            Notice::ThreadReply => Self::ThreadReply,
        }
    }
}

impl Notify {
    fn question(self, user: UserId) -> NoticeOf {
        NoticeOf { user, channel: self.channel_id, message: self.message_id }
    }
}

/// Whether a person who wants this is told of what others say in a channel.
pub(super) fn wants(wishes: &Wishes, reason: NotificationReason) -> bool {
    !wishes.muted && !wishes.blocked && reason.is_within(wishes.level)
}

/// Whether it is one of the person's quiet hours, as this batch leaves them.
pub(super) fn is_silent(core: &PersonCore, wishes: &Wishes, turn: &Turn<'_>) -> bool {
    let quiet = core.quiet_hours().unwrap_or_else(|| wishes.quiet.clone());
    quiet.is_some_and(|hours| hours.hold_at(turn.now))
}

/// The row and the event of a notification; and the job that pushes it, where the person has a browser for that and has not read it already.
pub(super) fn told(
    user_id: UserId,
    wishes: &Wishes,
    notification: Notification,
    change: Change,
) -> Decision<Change, bool> {
    let push = JobRequest::PushNotification { user_id, notification_id: notification.id };
    let push = (wishes.pushed && !notification.read).then_some(Change::RequestJob(push));
    Decision {
        events: vec![Emit::new(&Event::NotificationNew(NotificationPayload { notification }))],
        changes: std::iter::once(change).chain(push).collect(),
        raises: vec![],
        made: None,
        answer: true,
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
        let (reason, source_id, user_id) = (NotificationReason::from(kind), message_id.0, core.id());
        let Some(found) = turn.facts.of(&self.question(user_id)) else { return Ok(Decision::nothing(false)) };
        if found.told || core.has_told(source_id) || !wants(&found.wishes, reason) {
            return Ok(Decision::nothing(false));
        }
        let id = NotificationId(core.mint().next(turn.now, turn.universe.entropy()));
        // A message that the person has read up to is notified as read.
        let read = found.read || core.marked(channel_id).flatten() >= Some(message_id);
        let silent = is_silent(core, &found.wishes, turn);
        let (actor, at) = (turn.by.user.clone(), turn.now);
        let (community_id, channel_id) = (found.community, Some(channel_id));
        let change = Change::AddNotification {
            id,
            user_id,
            reason,
            source_id,
            cause: None,
            community_id,
            channel_id,
            actor: actor.id,
            read,
            silent,
            at,
        };
        let notification = Notification {
            id,
            kind: reason.kind(),
            reason,
            source_id,
            community_id,
            channel_id,
            actor,
            preview: None,
            read,
            silent,
            created_at: at,
        };
        Ok(told(user_id, &found.wishes, notification, change))
    }
}
