//! Lifting a block; again changes nothing.

use ajet_protocol::UserId;
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::block::{NotBlocked, ask_about, blocks, updated};
use crate::Caller;
use crate::change::Change;
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A person whom one does not block any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unblock {
    pub user_id: UserId,
}

impl Verb for Unblock {
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
        if !blocks(blocked, core, turn)? {
            return Ok(Decision::nothing(()));
        }
        let lifted = Change::Unblock { user_id: core.id(), blocked };
        Ok(Decision {
            events: vec![updated(blocked, false)],
            changes: vec![lifted],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
