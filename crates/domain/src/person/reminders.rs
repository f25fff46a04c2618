//! What the verbs about reminders share: how a reminder is now, how many wait, and how the person is told that one is due.

use ajet_protocol::{NotificationReason, ReminderId};
use uuid::Uuid;

use super::PersonCore;
use crate::change::{Change, DueNotice, Reminder, SlashChange};
use crate::need::{Find, ReminderOf};
use crate::writer::{Core, Turn};

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

/// The notifier tells the person. It is about no channel: they are told wherever they are by then.
pub(super) fn notice(
    reason: NotificationReason,
    source_id: Uuid,
    core: &mut PersonCore,
    turn: &mut Turn<'_>,
) -> Change {
    Change::DueNotice(DueNotice {
        id: core.mint().next(turn.now, turn.universe.entropy()),
        user_id: core.id(),
        reason,
        source_id,
        community_id: None,
        channel_id: None,
        actor: core.id(),
        at: turn.now,
    })
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
