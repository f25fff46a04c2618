//! Questions about what a person keeps for themselves: drafts, saved messages, and messages to be sent later.

use ajet_protocol::{ChannelId, MessageId, Scheduled, ScheduledId, Timestamp, UserId};

#[cfg(doc)]
use super::Needs;

/// [`Needs::drafts`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DraftOf {
    pub user: UserId,
    pub channel: ChannelId,
    /// The message that it is to reply to.
    pub parent: Option<MessageId>,
}

/// [`Needs::saved`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SavedOf {
    pub user: UserId,
    pub message: MessageId,
}

/// How a person has saved a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFacts {
    pub channel_id: ChannelId,
    pub note: Option<String>,
    pub remind_at: Option<Timestamp>,
}

/// [`Needs::scheduled`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScheduledOf {
    pub user: UserId,
    pub id: ScheduledId,
}

/// What a person scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledFacts {
    pub scheduled: Scheduled,
    /// Whether it is being sent: then it can't be changed any more.
    pub taken: bool,
}

/// [`Needs::kept`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeptOf {
    pub user: UserId,
    pub what: Kept,
}

/// What of a person is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    Drafts,
    Saved,
    /// Those that are still to be sent.
    Scheduled,
}
