//! Changing what waits to be sent: its text, its time.

use ajet_protocol::{Scheduled, ScheduledId, Timestamp, Trimmed, limits};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::scheduled::{Unchangeable, ask_about, keep, own, waits};
use crate::Caller;
use crate::change::Change;
use crate::job::JobRequest;
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What is to be changed of a scheduled message; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateScheduled {
    pub scheduled_id: ScheduledId,
    pub body_md: Option<Trimmed>,
    pub send_at: Option<Timestamp>,
}

impl Verb for UpdateScheduled {
    type Entity = PersonCore;
    /// As it is afterwards.
    type Answer = Box<Scheduled>;
    type Refusal = Unchangeable;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.scheduled_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let found = own(self.scheduled_id, core, turn)?;
        if !waits(&found) {
            return Err(Unchangeable::Settled);
        }
        let before = found.scheduled;
        let after = Scheduled {
            body_md: self.body_md.clone().map_or_else(|| before.body_md.clone(), String::from),
            send_at: self.send_at.unwrap_or(before.send_at),
            ..before.clone()
        };
        if after == before {
            return Ok(Decision::nothing(Box::new(after)));
        }
        let is_moved = after.send_at != before.send_at;
        if is_moved && after.send_at <= turn.now {
            return Err(Unchangeable::TooEarly);
        }
        if is_moved && after.send_at > turn.now.plus_seconds(limits::AHEAD_SECONDS) {
            return Err(Unchangeable::TooFar);
        }
        let (user_id, scheduled_id, at) = (core.id(), after.id, after.send_at);
        let job = is_moved.then_some(JobRequest::SendScheduled { user_id, scheduled_id, at });
        let kept = keep(core, after.clone(), false);
        Ok(Decision {
            events: vec![],
            changes: [kept].into_iter().chain(job.map(Change::RequestJob)).collect(),
            raises: vec![],
            made: None,
            answer: Box::new(after),
        })
    }
}
