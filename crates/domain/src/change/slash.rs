//! Rows of slash commands: those that communities have, their uses, and reminders.

use ajet_protocol::{BotId, ChannelId, CommandId, InvocationId, ReminderId, Timestamp, UserId};

/// A row to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlashChange {
    /// A community's own command.
    AddCommand {
        id: CommandId,
        name: String,
        description: String,
        bot_id: BotId,
        by: UserId,
        at: Timestamp,
    },
    RemoveCommand {
        id: CommandId,
    },
    /// A person uses a command of a bot, which answers in time or not at all. Its time begins when this is written, by the clock of the database.
    AddInvocation {
        id: InvocationId,
        command_id: CommandId,
        /// The bot's account.
        bot: UserId,
        channel_id: ChannelId,
        /// Who typed it.
        user_id: UserId,
    },
    /// It takes no answer any more: it has one, or its time is over.
    SettleInvocation {
        id: InvocationId,
        at: Timestamp,
        /// The digest of the bot's answer; `None` where its time is over.
        answer: Option<i64>,
        /// Whether the answer is a message that is posted after this.
        awaits_post: bool,
    },
    /// The message of its answer is awaited no more: who typed it was told that it did not come.
    MissPost {
        id: InvocationId,
    },
    /// A reminder of a person, new or as it is from now on.
    KeepReminder(Box<Reminder>),
}

/// What a person wants to be reminded of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub id: ReminderId,
    pub user_id: UserId,
    /// Where they said so.
    pub channel_id: ChannelId,
    pub text: String,
    pub remind_at: Timestamp,
    /// When they were told.
    pub told_at: Option<Timestamp>,
    pub created_at: Timestamp,
}
