//! Questions about slash commands: those of a community, their uses, and reminders.

use ajet_protocol::{BotId, ChannelId, CommandId, InvocationId, ReminderId, UserId};

#[cfg(doc)]
use super::Needs;
use crate::change::Reminder;

/// [`Needs::command_bots`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandBot(pub BotId);

/// [`Needs::commands`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandOf(pub CommandId);

/// [`Needs::command_names`]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandNamed(pub String);

/// [`Needs::command_counts`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandCount;

/// [`Needs::invocations`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InvocationOf(pub InvocationId);

/// A use of a community's own command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvocationFacts {
    /// The account of the bot that carries it out.
    pub bot: UserId,
    pub channel_id: ChannelId,
    /// Who typed it.
    pub user_id: UserId,
    /// Whether it is too late for an answer, by the clock of the database: those of nodes may differ by more than the time that a bot has.
    pub is_over: bool,
    /// Whether it takes no answer any more.
    pub is_settled: bool,
    /// The digest of the answer that the bot gave.
    pub answer: Option<i64>,
    pub posting: Posting,
}

/// What became of the message by which a bot answers in the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Posting {
    /// It is there, or none is awaited: the answer was for one person alone, or that person was told that no message came.
    #[default]
    Settled,
    /// It is not there yet.
    Awaited,
    /// It is not there long after the answer was taken: it was refused, or the node died that had it.
    Missing,
}

/// [`Needs::reminders`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReminderOf {
    pub user: UserId,
    pub id: ReminderId,
}

/// What is found of it.
pub type ReminderFacts = Reminder;

/// [`Needs::reminder_counts`]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReminderCount(pub UserId);
