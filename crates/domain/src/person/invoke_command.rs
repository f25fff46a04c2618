//! A bot is told that somebody uses a command of its community which it carries out. The server asks for it, in the name of who typed it.
//!
//! Whether they may is judged before: they write where they could post, and the bot sees the channel. The bot gets the event only as long as
//! it may know of that channel.

use ajet_protocol::events::CommandInvoked;
use ajet_protocol::{ChannelId, CommandId, Event, InvocationId, Trimmed, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PersonCore;
use crate::asked::{Caller, Via};
use crate::change::{Change, SlashChange};
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// Seconds by which the job that ends the time for an answer comes later than its end, which the clock of the database tells. The node that took
/// the command is mostly there before it.
const JOB_LATER_BY: u64 = 1;

/// A use of a command. The caller's account is who typed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvokeCommand {
    pub command_id: CommandId,
    pub channel_id: ChannelId,
    /// As it was typed, with its slash.
    pub text: Trimmed,
}

impl Verb for InvokeCommand {
    type Entity = PersonCore;
    type Answer = Made<InvocationId>;
    type Refusal = Denied;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("invocations"));
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "text";

    fn needs(&self, _: &PersonCore, _: &Caller, _: &mut Needs) {}

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound);
        }
        let (user_id, at) = (turn.by.id(), turn.now);
        let (channel_id, command_id) = (self.channel_id, self.command_id);
        let id = InvocationId(core.mint().next(at, turn.universe.entropy()));
        let text = self.text.to_string();
        let told = Event::CommandInvoked(CommandInvoked { invocation_id: id, channel_id, user_id, text });
        let add = SlashChange::AddInvocation { id, command_id, bot: core.id(), channel_id, user_id };
        let ends = at.plus_seconds(limits::INVOCATION_SECONDS + JOB_LATER_BY);
        let job = JobRequest::ExpireInvocation { user_id, invocation_id: id, at: ends };
        Ok(Decision {
            events: vec![Emit::new(&told)],
            changes: vec![Change::Slash(add), Change::RequestJob(job)],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(id),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }
}
