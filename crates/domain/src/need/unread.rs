//! Questions about marking messages as unread again.

use ajet_protocol::{ChannelId, MessageId, Unread, UserId};

use super::Joined;
#[cfg(doc)]
use super::Needs;

/// [`Needs::unread_from`]: a message of a channel from which on everything is to be unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnreadFrom {
    pub user: UserId,
    pub channel: ChannelId,
    pub message: MessageId,
}

/// How far a person has read a channel, and how far they would have read it if a message and all after it were unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadFromFacts {
    /// Everything up to this message counts as read; `None` where nothing does.
    pub read_to: Option<MessageId>,
    /// The message before the one that was asked for, or that up to which the person had read when they joined, whichever is later;
    /// `None` where there is neither.
    pub before: Option<MessageId>,
    /// What comes after [`UnreadFromFacts::before`].
    pub unread: Unread,
    pub joined: Joined,
}
