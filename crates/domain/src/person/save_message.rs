//! Saving a message for oneself, with a note and a time to be reminded of it: again replaces both.

use ajet_protocol::{ChannelId, MessageId, SavedMark, Timestamp, Trimmed, limits};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::saved::{newly_saved, reminder, saved, updated};
use crate::change::Change;
use crate::need::{Ask, Kept, KeptOf, Needs, SavedFacts, SavedOf};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied, refusals};

/// A message to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveMessage {
    pub channel_id: ChannelId,
    pub message_id: MessageId,
    pub note: Option<Trimmed>,
    pub remind_at: Option<Timestamp>,
}

refusals! {
    /// Why a message was not saved.
    pub enum NotSaved: Denied {
        /// `remind_at` is not in the future.
        TooEarly => Invalid("remind_at", "out_of_range"): "must be in the future",
        /// `remind_at` is too far away.
        TooFar => Invalid("remind_at", "out_of_range"): "must be at most a year ahead",
        /// The person has saved as many as they may.
        TooMany => Limit: "You have saved 10000 messages already; drop some first.",
    }
}

impl Verb for SaveMessage {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotSaved;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "note";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(SavedOf { user: core.id(), message: self.message_id });
            needs.ask(KeptOf { user: core.id(), what: Kept::Saved });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (user_id, at) = (core.id(), turn.now);
        if turn.by.id() != user_id {
            return Err(Denied::NotFound.into());
        }
        let Self { channel_id, message_id, note, remind_at } = self.clone();
        let note = note.filter(|note| !note.is_empty()).map(String::from);
        let before = saved(message_id, core, turn);
        let after = SavedFacts { channel_id, note, remind_at };
        if before.as_ref() == Some(&after) {
            return Ok(Decision::nothing(()));
        }
        if remind_at.is_some_and(|moment| moment <= at) {
            return Err(NotSaved::TooEarly);
        }
        if remind_at.is_some_and(|moment| moment > at.plus_seconds(limits::AHEAD_SECONDS)) {
            return Err(NotSaved::TooFar);
        }
        let stored = turn.facts.of(&KeptOf { user: user_id, what: Kept::Saved });
        if before.is_none() && stored + newly_saved(core, turn) >= limits::SAVED {
            return Err(NotSaved::TooMany);
        }
        let SavedFacts { note, .. } = after;
        let reminded_before = before.and_then(|before| before.remind_at);
        let job = reminder((user_id, message_id), [reminded_before, remind_at], at);
        let mark = SavedMark { note: note.clone(), remind_at };
        let save = Change::SaveMessage { user_id, channel_id, message_id, note, remind_at, at };
        Ok(Decision {
            events: vec![updated(message_id, channel_id, Some(mark))],
            changes: [save].into_iter().chain(job).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
