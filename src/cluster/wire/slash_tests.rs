//! Golden commands about slash commands: those of communities, their uses, and reminders.

use ajet_domain::community::{self, CreateCommand, DeleteCommand};
use ajet_domain::person::{self, AnswerCommand, BotAnswer, InvokeCommand, RingReminder, SetReminder};
use ajet_domain::{Asked, Key};
use ajet_protocol::{BotId, ChannelId, CommandId, InvocationId, ReminderId, Timestamp};

use super::{id, server, session};

fn key() -> Option<Key> {
    Some(Key { text: "k".into(), fingerprint: 7, former: None })
}

pub fn community_commands() -> Vec<Asked<community::Command>> {
    let create = CreateCommand { name: "c".into(), description: "d".into(), bot_id: BotId(id(15)) };
    let delete = DeleteCommand { command_id: CommandId(id(16)) };
    vec![
        Asked { by: session(), key: key(), verb: create.into() },
        Asked { by: session(), key: None, verb: delete.into() },
    ]
}

/// One of each, and of each way in which a use of a command ends.
pub fn person_commands() -> Vec<Asked<person::Command>> {
    let (channel_id, invocation_id) = (ChannelId(id(3)), InvocationId(id(17)));
    let set = SetReminder { channel_id, text: "t".into(), seconds: 300 };
    let at = Timestamp::from_unix_millis(9_000);
    let invoke = InvokeCommand { command_id: CommandId(id(16)), channel_id, text: "/c".into() };
    let ring = RingReminder { reminder_id: ReminderId(id(18)), at };
    let ends = [BotAnswer::Private("a".into()), BotAnswer::Public, BotAnswer::None];
    let ends = ends.map(|answer| Asked {
        by: server(),
        key: None,
        verb: AnswerCommand { invocation_id, answer, digest: 7 }.into(),
    });
    let others = [
        Asked { by: session(), key: key(), verb: set.into() },
        Asked { by: server(), key: None, verb: ring.into() },
        Asked { by: server(), key: key(), verb: invoke.into() },
    ];
    others.into_iter().chain(ends).collect()
}
