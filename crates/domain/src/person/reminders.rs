//! What the verbs about reminders share: how a reminder is now, and how many wait.

use ajet_protocol::ReminderId;

use super::PersonCore;
use crate::change::{Change, Reminder, SlashChange};
use crate::need::{Find, ReminderOf};
use crate::writer::Turn;

/// A reminder, as this batch leaves it so far.
pub(super) fn reminder(id: ReminderId, core: &PersonCore, turn: &Turn<'_>) -> Option<Reminder> {
    let decided = core.last_decided(|change| kept(change).filter(|kept| kept.id == id).cloned());
    let stored = turn.facts.of(&ReminderOf { user: core.id(), id });
    decided.or(stored)
}

/// How many more reminders wait after this batch so far than before it.
pub(super) fn newly_waiting(core: &PersonCore, turn: &Turn<'_>) -> i64 {
    let user = core.id();
    let waited = |id: &ReminderId| {
        let stored = turn.facts.found(&ReminderOf { user, id: *id }).and_then(Option::as_ref);
        stored.is_some_and(|stored| stored.told_at.is_none())
    };
    core.how_many_more(|change| kept(change).map(|kept| (kept.id, kept.told_at.is_none())), waited)
}

/// The row of a reminder, as it is from now on.
pub(super) fn keep(reminder: Reminder) -> Change {
    Change::Slash(SlashChange::KeepReminder(Box::new(reminder)))
}

fn kept(change: &Change) -> Option<&Reminder> {
    match change {
        Change::Slash(SlashChange::KeepReminder(reminder)) => Some(reminder),
        _ => None,
    }
}
