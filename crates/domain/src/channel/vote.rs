//! Sets what the caller chooses in the poll of a message; choosing nothing withdraws. The same again changes nothing.

use ajet_protocol::MessageId;
use serde::{Deserialize, Serialize};

use super::reaction::at_message;
use super::rights::{ask_about_blocks, may_react, not_apart};
use super::{Change, ChannelCore, Silenced};
use crate::asked::Caller;
use crate::need::{Ask, HeadOf, Needs, PollFacts, PollOf, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A vote in a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    pub message_id: MessageId,
    /// The places of all options that the caller chooses from now on, in their order, each once.
    pub options: Vec<i16>,
}

refusals! {
    /// Why a vote was not taken.
    pub enum Refused: Denied | Silenced {
        /// The poll takes no votes any more.
        Closed => Conflict: "This poll is closed.",
        /// A place behind the last option.
        NoSuchOption => Invalid("options", "out_of_range"): "names a place at which this poll has no option",
        /// Several options, and the poll takes one of each person.
        OnlyOne => Invalid("options", "too_many"): "names several options; in this poll one can be chosen",
    }
}

impl Vote {
    fn asked(&self, by: &Caller) -> PollOf {
        PollOf { message: self.message_id, user: by.id() }
    }

    /// Whether the poll has what is chosen.
    fn fits(&self, poll: &PollFacts) -> Result<(), Refused> {
        let is_there = |place: &i16| usize::try_from(*place).is_ok_and(|place| place < poll.options.len());
        if !self.options.iter().all(is_there) {
            return Err(Refused::NoSuchOption);
        }
        if self.options.len() > 1 && !poll.multiple { Err(Refused::OnlyOne) } else { Ok(()) }
    }
}

impl Verb for Vote {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Refused;

    /// A late attempt would undo a later vote of the same person.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "options";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        ask_about_blocks(core, by.id(), needs);
        needs.ask(HeadOf(self.message_id));
        needs.ask(self.asked(by));
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, head) = at_message(self.message_id, core, turn)?;
        if head.deleted {
            return Err(Denied::NotFound.into());
        }
        may_react(&standing, turn.now)?;
        not_apart(core, turn)?;
        let mut poll = core.poll(&self.asked(turn.by), turn.facts).ok_or(Denied::NotFound)?;
        if poll.is_closed(turn.now) {
            return Err(Refused::Closed);
        }
        self.fits(&poll)?;
        if poll.mine == self.options {
            return Ok(Decision::nothing(()));
        }
        poll.votes = counted(&poll.votes, &poll.mine, &self.options);
        let change = Change::SetVotes {
            message_id: self.message_id,
            user_id: turn.by.id(),
            options: self.options.clone(),
            votes: poll.votes.clone(),
            seq: turn.seq,
            at: turn.now,
        };
        Ok(Decision {
            events: vec![core.tell_of_poll(self.message_id, poll, turn.now)],
            changes: vec![change],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}

/// How many people have chosen each option, after one of them has chosen otherwise.
fn counted(votes: &[i64], before: &[i16], after: &[i16]) -> Vec<i64> {
    let of = |chosen: &[i16], place: i16| i64::from(chosen.contains(&place));
    (0..).zip(votes).map(|(place, count)| count - of(before, place) + of(after, place)).collect()
}
