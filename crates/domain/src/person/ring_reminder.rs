//! The time has come of which a person wanted to be reminded. The server asks for it, and may ask again.

use ajet_protocol::{NotificationReason, ReminderId, Timestamp};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::reminders::{keep, reminder};
use crate::asked::{Caller, Via};
use crate::change::{Change, DueNotice, Reminder};
use crate::job::{NotDue, not_too_early};
use crate::need::{Ask, Needs, ReminderOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// A reminder that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingReminder {
    pub reminder_id: ReminderId,
    /// For when it was set.
    pub at: Timestamp,
}

impl Verb for RingReminder {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotDue;

    /// A reminder rings once.
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "text";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(ReminderOf { user: core.id(), id: self.reminder_id });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound.into());
        }
        let due = reminder(self.reminder_id, core, turn);
        let due = due.filter(|due| due.told_at.is_none() && due.remind_at == self.at);
        let Some(due) = due else { return Ok(Decision::nothing(())) };
        not_too_early(self.at, turn.now)?;
        let told = Reminder { told_at: Some(turn.now), ..due };
        let changes = vec![notice(core, turn, &told), keep(told)];
        Ok(Decision { changes, ..Decision::nothing(()) })
    }
}

/// The notifier tells the person. It is about no channel: they are told wherever they are by then.
fn notice(core: &mut PersonCore, turn: &mut Turn<'_>, told: &Reminder) -> Change {
    Change::DueNotice(DueNotice {
        id: core.mint().next(turn.now, turn.universe.entropy()),
        user_id: told.user_id,
        reason: NotificationReason::Reminder,
        source_id: told.id.0,
        community_id: None,
        channel_id: None,
        actor: told.user_id,
        at: turn.now,
    })
}
