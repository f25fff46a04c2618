//! Dropping what one has scheduled: before it is sent it never will be, afterwards it is listed no more.

use ajet_protocol::ScheduledId;
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::scheduled::{Unchangeable, ask_about, own};
use crate::Caller;
use crate::change::Change;
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A scheduled message to be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelScheduled {
    pub scheduled_id: ScheduledId,
}

impl Verb for CancelScheduled {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Unchangeable;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "id";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.scheduled_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let id = self.scheduled_id;
        if own(id, core, turn)?.taken {
            return Err(Unchangeable::Settled);
        }
        Ok(Decision {
            events: vec![],
            changes: vec![Change::RemoveScheduled { user_id: core.id(), id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
