//! Setting a reminder: a text of which a person wants to be told at a time.

use ajet_protocol::{ChannelId, ReminderId, Timestamp, Trimmed, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PersonCore;
use super::reminders::{keep, newly_waiting};
use crate::change::{Change, Reminder};
use crate::job::JobRequest;
use crate::need::{Ask, Needs, ReminderCount};
use crate::verb::{Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};
use crate::{Caller, Denied, refusals};

/// What a person wants to be reminded of. The time is counted from the decision on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetReminder {
    /// Where they say so.
    pub channel_id: ChannelId,
    pub text: Trimmed,
    pub seconds: u64,
}

refusals! {
    /// Why a reminder was not set.
    pub enum NotReminded: Denied {
        /// It would come at once.
        TooEarly => Invalid("seconds", "out_of_range"): "must be in the future",
        /// It is too far away.
        TooFar => Invalid("seconds", "out_of_range"): "must be at most a year ahead",
        /// As many of the person's reminders wait as may.
        TooMany => Limit: "200 reminders of yours wait already.",
    }
}

impl Verb for SetReminder {
    type Entity = PersonCore;
    /// When the person is reminded; of a repetition which reminder it is.
    type Answer = Made<(ReminderId, Timestamp)>;
    type Refusal = NotReminded;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("reminders"));
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "text";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(ReminderCount(core.id()));
        }
    }

    /// The first attempt may have been the last that fits.
    fn looks_key_up(&self) -> bool {
        true
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let user_id = core.id();
        if turn.by.id() != user_id {
            return Err(Denied::NotFound.into());
        }
        if self.seconds == 0 {
            return Err(NotReminded::TooEarly);
        }
        if self.seconds > limits::AHEAD_SECONDS {
            return Err(NotReminded::TooFar);
        }
        if turn.facts.of(&ReminderCount(user_id)) + newly_waiting(core, turn) >= limits::REMINDERS {
            return Err(NotReminded::TooMany);
        }
        let id = ReminderId(core.mint().next(turn.now, turn.universe.entropy()));
        let remind_at = turn.now.plus_seconds(self.seconds);
        let reminder = Reminder {
            id,
            user_id,
            channel_id: self.channel_id,
            text: self.text.to_string(),
            remind_at,
            told_at: None,
            created_at: turn.now,
        };
        let job = JobRequest::RingReminder { user_id, reminder_id: id, at: remind_at };
        Ok(Decision {
            events: vec![],
            changes: vec![keep(reminder), Change::RequestJob(job)],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New((id, remind_at)),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }
}
