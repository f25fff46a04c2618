//! Blocking another person: no direct message of the two of them takes what either of them writes. Again changes nothing.
//!
//! The other person is not told, and neither is anybody else: its event is for the person's own sessions.

use ajet_protocol::events::BlockPayload;
use ajet_protocol::{Event, UserId};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{AccountOf, Ask, BlockOf, Needs};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied, refusals};

/// A person from whom one wants nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub user_id: UserId,
}

refusals! {
    /// Why a person is not blocked, or a block not lifted.
    pub enum NotBlocked: Denied {
        /// One can't block oneself.
        Yourself => Invalid("id", "yourself"): "is you",
    }
}

/// The questions of [`blocks`].
pub(super) fn ask_about(other: UserId, core: &PersonCore, by: &Caller, needs: &mut Needs) {
    if by.id() == core.id() {
        needs.ask(AccountOf(other));
        needs.ask(BlockOf { by: core.id(), of: other });
    }
}

/// Whether the person blocks another one, as this batch leaves it so far; refused where it is not theirs to say.
pub(super) fn blocks(other: UserId, core: &PersonCore, turn: &Turn<'_>) -> Result<bool, NotBlocked> {
    let by = core.id();
    if turn.by.id() != by {
        return Err(Denied::NotFound.into());
    }
    if other == by {
        return Err(NotBlocked::Yourself);
    }
    if !turn.facts.of(&AccountOf(other)) {
        return Err(Denied::NotFound.into());
    }
    let stored = turn.facts.of(&BlockOf { by, of: other });
    let decided = core.last_decided(|change| match change {
        Change::Block { blocked, .. } if *blocked == other => Some(true),
        Change::Unblock { blocked, .. } if *blocked == other => Some(false),
        _ => None,
    });
    Ok(decided.unwrap_or(stored))
}

/// What the person's own sessions are told: whether they block another one now.
pub(super) fn updated(user_id: UserId, blocked: bool) -> Emit {
    Emit::new(&Event::BlockUpdated(BlockPayload { user_id, blocked }))
}

impl Verb for Block {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotBlocked;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let blocked = self.user_id;
        if blocks(blocked, core, turn)? {
            return Ok(Decision::nothing(()));
        }
        let block = Change::Block { user_id: core.id(), blocked, at: turn.now };
        Ok(Decision {
            events: vec![updated(blocked, true)],
            changes: vec![block],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
