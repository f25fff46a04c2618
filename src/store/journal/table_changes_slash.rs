//! Changes of slash commands, with the tables that each has a row in.

use ajet_domain::change::{Reminder, SlashChange};
use ajet_protocol::{BotId, CommandId, InvocationId, ReminderId};

use super::*;

pub fn changes() -> Vec<Written> {
    let id = CommandId(Uuid::from_u128(21));
    let add = SlashChange::AddCommand {
        id,
        name: "deploy".into(),
        description: "Deploys.".into(),
        bot_id: BotId(Uuid::from_u128(22)),
        by: PERSON,
        at: AT,
    };
    let invocation = InvocationId(Uuid::from_u128(23));
    let invoked = SlashChange::AddInvocation {
        id: invocation,
        command_id: id,
        bot: UserId(Uuid::from_u128(24)),
        channel_id: PLACE,
        user_id: PERSON,
    };
    let reminder = Reminder {
        id: ReminderId(Uuid::from_u128(25)),
        user_id: PERSON,
        channel_id: PLACE,
        text: "tea".into(),
        remind_at: AT,
        told_at: Some(AT),
        created_at: AT,
    };
    let settled =
        SlashChange::SettleInvocation { id: invocation, at: AT, answer: Some(7), awaits_post: true };
    let all: [(SlashChange, &'static [&'static str]); 6] = [
        (add, &["commands"]),
        (SlashChange::RemoveCommand { id }, &["commands"]),
        (invoked, &["invocations"]),
        (settled, &["invocations"]),
        (SlashChange::MissPost { id: invocation }, &["invocations"]),
        (SlashChange::KeepReminder(Box::new(reminder)), &["reminders"]),
    ];
    all.into_iter().map(|(change, tables)| (Change::Slash(change), tables)).collect()
}
