//! Dropping what one has scheduled: before it is sent it never will be, afterwards it is listed no more. That the person dropped it is
//! remembered for a while, and nothing else of it.

use ajet_protocol::{ScheduledId, ScheduledState};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::scheduled::{Unchangeable, ask_about, own};
use crate::Caller;
use crate::change::Change;
use crate::job::JobRequest;
use crate::need::Needs;
use crate::removed::removed;
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
        let (user_id, id) = (core.id(), self.scheduled_id);
        let found = own(id, core, turn)?;
        if found.taken {
            return Err(Unchangeable::Settled);
        }
        // Its job is due at once, which ends it: it finds nothing to do.
        let waits = found.scheduled.state == ScheduledState::Pending;
        let job = JobRequest::SendScheduled { user_id, scheduled_id: id, at: turn.now };
        let job = waits.then_some(Change::RequestJob(job));
        let gone = [Change::RemoveScheduled { user_id, id }, removed(user_id, id.0, turn.now)];
        Ok(Decision {
            events: vec![],
            changes: gone.into_iter().chain(job).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
