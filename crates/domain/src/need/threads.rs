//! Questions about threads, as people follow them.

use ajet_protocol::{ChannelId, MessageId, UserId};

#[cfg(doc)]
use super::Needs;

/// [`Needs::threads`]: the thread that a message begins, as a person follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ThreadOf {
    pub user: UserId,
    pub message: MessageId,
}

/// A message, as its thread is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadFacts {
    /// Where the message is.
    pub channel: ChannelId,
    /// Whether the message is a reply, and so begins no thread.
    pub is_reply: bool,
    /// What the person set: whether the thread is followed; `None` where they set nothing.
    pub set: Option<bool>,
}
