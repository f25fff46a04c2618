//! The end of a use of a bot's command: the bot answers who typed it, says that it has answered in the channel, or its time is over.
//!
//! The entity of who typed it decides, so that of an answer and the end of its time only one counts, and each is told as it is committed. An
//! answer in the channel is posted after that. Where the message does not come, since it was refused or its node died, the person is told so;
//! the bot may still post it, by the same answer again.

use ajet_protocol::events::CommandAnswered;
use ajet_protocol::{Event, InvocationId, Trimmed};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::asked::{Caller, Via};
use crate::change::{Change, SlashChange};
use crate::event::Emit;
use crate::job::NotDue;
use crate::need::{Ask, InvocationFacts, InvocationOf, Needs, Posting};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Denied, refusals};

/// The end of a use of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerCommand {
    pub invocation_id: InvocationId,
    pub answer: BotAnswer,
    /// A digest of the answer as the bot wrote it, by which a repetition is known; 0 without an answer.
    pub digest: i64,
}

/// How it ends. Between nodes it is its place in this list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BotAnswer {
    /// The bot says this to the person alone.
    Private(Trimmed),
    /// The bot posts its answer into the channel, once this is taken.
    Public,
    /// The time for an answer is over. The server says so, and may say so again.
    None,
}

refusals! {
    /// Why an answer was not taken.
    pub enum NotAnswered: NotDue {
        /// There is an answer already, or it comes too late.
        Over => Gone: "This command was answered already, or its 3 seconds are over.",
    }
}

impl Verb for AnswerCommand {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotAnswered;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, _: &PersonCore, _: &Caller, needs: &mut Needs) {
        needs.ask(InvocationOf(self.invocation_id));
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let id = self.invocation_id;
        let found = turn.facts.of(&InvocationOf(id)).filter(|found| found.user_id == core.id());
        let found = found.ok_or_else(not_there)?;
        let before = settled_here(id, core).or_else(|| found.is_settled.then_some(found.answer));
        let (reply_md, answer) = match &self.answer {
            BotAnswer::None => {
                if turn.by.via != Via::System {
                    return Err(not_there());
                }
                match before {
                    Some(Some(_)) => return self.ends_posting(&found, core),
                    Some(None) => return Ok(Decision::nothing(())),
                    None => {}
                }
                if !found.is_over {
                    return Err(NotDue::NotYet.into());
                }
                (Some(CommandAnswered::NO_ANSWER.to_owned()), None)
            }
            given => {
                if turn.by.id() != found.bot {
                    return Err(not_there());
                }
                // The same answer again: the first one may have been lost on its way.
                if before == Some(Some(self.digest)) {
                    return Ok(Decision::nothing(()));
                }
                if before.is_some() || found.is_over {
                    return Err(NotAnswered::Over);
                }
                let alone = if let BotAnswer::Private(text) = given { Some(text.to_string()) } else { None };
                (alone, Some(self.digest))
            }
        };
        let awaits_post = self.answer == BotAnswer::Public;
        let settle = SlashChange::SettleInvocation { id, at: turn.now, answer, awaits_post };
        Ok(self.ended(reply_md, settle))
    }
}

impl AnswerCommand {
    /// The bot has answered. Where that is by a message which did not come, the person is told so, once.
    fn ends_posting(&self, found: &InvocationFacts, core: &PersonCore) -> Decided<Self> {
        // What this batch decided is not in what was looked up before.
        if !found.is_settled || found.posting == Posting::Awaited {
            return Err(NotDue::NotYet.into());
        }
        if found.posting == Posting::Settled || missed_here(self.invocation_id, core) {
            return Ok(Decision::nothing(()));
        }
        let missed = SlashChange::MissPost { id: self.invocation_id };
        Ok(self.ended(Some(CommandAnswered::NO_MESSAGE.to_owned()), missed))
    }

    fn ended(&self, reply_md: Option<String>, change: SlashChange) -> Decision<Change, ()> {
        let told = reply_md.map(|reply_md| CommandAnswered { invocation_id: self.invocation_id, reply_md });
        Decision {
            events: told.map(|told| Emit::new(&Event::CommandAnswered(told))).into_iter().collect(),
            changes: vec![Change::Slash(change)],
            raises: vec![],
            made: None,
            answer: (),
        }
    }
}

fn not_there() -> NotAnswered {
    NotDue::from(Denied::NotFound).into()
}

/// By which answer this batch has ended it, if it has.
fn settled_here(id: InvocationId, core: &PersonCore) -> Option<Option<i64>> {
    core.last_decided(|change| match change {
        Change::Slash(SlashChange::SettleInvocation { id: ended, answer, .. }) if *ended == id => {
            Some(*answer)
        }
        _ => None,
    })
}

/// Whether this batch has told that the message of its answer did not come.
fn missed_here(id: InvocationId, core: &PersonCore) -> bool {
    let missed = core.last_decided(|change| match change {
        Change::Slash(SlashChange::MissPost { id: missed }) => (*missed == id).then_some(()),
        _ => None,
    });
    missed.is_some()
}
