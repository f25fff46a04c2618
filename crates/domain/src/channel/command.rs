//! What a channel is asked, and how it answers. Commands travel between nodes: variants only ever grow at the end.

use ajet_protocol::{Message, MessageId, User, UserId};
use serde::{Deserialize, Serialize};

use crate::Draft;

/// Who writes a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Author {
    /// A signed-in person or bot, with their own rights.
    Person(User),
    /// An incoming webhook of the channel, its secret already checked; it may post for as long as its maker may manage
    /// webhooks here.
    Webhook { user: User, maker: UserId },
}

impl Author {
    /// The account the message will stand under.
    #[must_use]
    pub fn user(&self) -> &User {
        match self {
            Author::Person(user) | Author::Webhook { user, .. } => user,
        }
    }
}

/// What a channel can be asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Take a new message. The same author's same `key` never makes a second one.
    Post {
        author: Author,
        key: String,
        /// A digest of what was asked, to tell a retry from a key used twice.
        fingerprint: i64,
        draft: Draft,
        parent_id: Option<MessageId>,
    },
    /// Replace a message's text; its author alone may, within the edit window.
    Edit { by: UserId, message_id: MessageId, draft: Draft },
    /// Take a message's text away; its author or a moderator may. Again changes nothing.
    Delete { by: UserId, message_id: MessageId },
}

/// What a channel did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// A new message.
    Posted(Box<Message>),
    /// The message that an earlier request with the same key made; how it is now, the store knows.
    Replayed(MessageId),
    /// The message with its new text.
    Edited(Box<Message>),
    /// The message is gone, now or before.
    Deleted,
}

/// Why a channel did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The channel or message is not there for this person.
    NotFound,
    /// The person has not joined the channel.
    NotJoined,
    /// The person lacks the right.
    Forbidden,
    /// The person is muted.
    Muted,
    /// The message is older than the edit window.
    EditWindowClosed,
    /// The message was deleted.
    Gone,
    /// The key already made something else.
    KeyReused,
    /// `parent_id` names no message of this channel.
    ParentUnknown,
    /// `parent_id` names a reply; threads are one level deep.
    ParentIsReply,
    /// The event that it would make is larger than the bus takes.
    TooLarge,
    /// The webhook's maker may no longer manage webhooks here.
    WebhookOff,
}
