//! The time has come at which a person wants to be reminded of a message that they saved: they are notified, and it is set no more. The
//! server asks for it, and may ask again.

use ajet_protocol::{MessageId, NotificationReason, SavedMark, Timestamp};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::reminders::notice;
use super::saved::{saved, updated};
use crate::asked::{Caller, Via};
use crate::change::Change;
use crate::job::{NotDue, not_too_early};
use crate::need::{Ask, Needs, SavedFacts, SavedOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A reminder that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remind {
    pub message_id: MessageId,
    /// For when it was asked for. If the person set another time since, this one counts no more.
    pub at: Timestamp,
}

impl Verb for Remind {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotDue;

    /// A reminder is there once.
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "note";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(SavedOf { user: core.id(), message: self.message_id });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound.into());
        }
        let (user_id, message_id) = (core.id(), self.message_id);
        let due = saved(message_id, core, turn).filter(|saved| saved.remind_at == Some(self.at));
        let Some(SavedFacts { channel_id, note, .. }) = due else { return Ok(Decision::nothing(())) };
        not_too_early(self.at, turn.now)?;
        let mark = SavedMark { note: note.clone(), remind_at: None };
        let (remind_at, at) = (None, turn.now);
        let save = Change::SaveMessage { user_id, channel_id, message_id, note, remind_at, at };
        let notice = notice(NotificationReason::SavedReminder, message_id.0, core, turn);
        Ok(Decision {
            events: vec![updated(message_id, channel_id, Some(mark))],
            changes: vec![save, notice],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
