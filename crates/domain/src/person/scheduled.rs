//! What the verbs about scheduled messages share: what is scheduled now, and what may still be changed.
//!
//! A message is sent in three steps, which a job takes: it is taken, so that it can't be changed any more; its channel is asked to post
//! it; and it is settled, or given back where the channel does not take it yet. Wherever the job is cut off, it goes on from there when it is
//! run again.

use ajet_protocol::{Scheduled, ScheduledId, ScheduledState};

use super::PersonCore;
use crate::change::Change;
use crate::need::{Ask, Find, Needs, ScheduledFacts, ScheduledOf};
use crate::refusals;
use crate::writer::Turn;
use crate::{Caller, Denied};

refusals! {
    /// Why a scheduled message is not changed.
    pub enum Unchangeable: Denied {
        /// It was sent, has failed, or is being sent.
        Settled => Conflict: "This message is not waiting to be sent any more.",
        /// `send_at` is not in the future.
        TooEarly => Invalid("send_at", "out_of_range"): "must be in the future",
        /// `send_at` is too far away.
        TooFar => Invalid("send_at", "out_of_range"): "must be at most a year ahead",
    }
}

/// Asks for what is scheduled; nothing for anybody but the person.
pub(super) fn ask_about(id: ScheduledId, core: &PersonCore, by: &Caller, needs: &mut Needs) {
    if by.id() == core.id() {
        needs.ask(ScheduledOf { user: core.id(), id });
    }
}

/// What is scheduled, as this batch leaves it so far.
pub(super) fn scheduled(id: ScheduledId, core: &PersonCore, turn: &Turn<'_>) -> Option<ScheduledFacts> {
    let decided = core.last_decided(|change| match change {
        Change::KeepScheduled { scheduled, taken, .. } if scheduled.id == id => {
            Some(Some(ScheduledFacts { scheduled: (**scheduled).clone(), taken: *taken }))
        }
        Change::RemoveScheduled { id: gone, .. } if *gone == id => Some(None),
        _ => None,
    });
    let stored = turn.facts.of(&ScheduledOf { user: core.id(), id });
    decided.unwrap_or(stored)
}

/// What the caller scheduled; it is not there for anybody else.
pub(super) fn own(id: ScheduledId, core: &PersonCore, turn: &Turn<'_>) -> Result<ScheduledFacts, Denied> {
    if turn.by.id() != core.id() {
        return Err(Denied::NotFound);
    }
    scheduled(id, core, turn).ok_or(Denied::NotFound)
}

/// Whether it waits to be sent, so that it may still be changed.
pub(super) fn waits(found: &ScheduledFacts) -> bool {
    found.scheduled.state == ScheduledState::Pending && !found.taken
}

/// How many more messages wait after this batch so far than before it.
pub(super) fn newly_waiting(core: &PersonCore, turn: &Turn<'_>) -> i64 {
    let user = core.id();
    let waited = |id: &ScheduledId| {
        let stored = turn.facts.found(&ScheduledOf { user, id: *id }).and_then(Option::as_ref);
        stored.is_some_and(|stored| stored.scheduled.state == ScheduledState::Pending)
    };
    let waits = |change: &Change| match change {
        Change::KeepScheduled { scheduled, .. } => {
            Some((scheduled.id, scheduled.state == ScheduledState::Pending))
        }
        Change::RemoveScheduled { id, .. } => Some((*id, false)),
        _ => None,
    };
    core.how_many_more(waits, waited)
}

/// The row of what is scheduled, as it is from now on.
pub(super) fn keep(core: &PersonCore, scheduled: Scheduled, taken: bool) -> Change {
    Change::KeepScheduled { user_id: core.id(), scheduled: Box::new(scheduled), taken }
}
