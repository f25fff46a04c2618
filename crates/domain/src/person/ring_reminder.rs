//! The time has come of which a person wanted to be reminded. The server asks for it, and may ask again.

use ajet_protocol::{NotificationReason, ReminderId, Timestamp};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::reminders::{keep, notice, reminder};
use crate::asked::{Caller, Via};
use crate::change::Reminder;
use crate::job::{NotDue, not_too_early};
use crate::need::{Ask, Needs, ReminderOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

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
        let notice = notice(NotificationReason::Reminder, told.id.0, core, turn);
        Ok(Decision { changes: vec![notice, keep(told)], ..Decision::nothing(()) })
    }
}
