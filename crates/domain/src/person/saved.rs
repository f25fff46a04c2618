//! What the verbs about saved messages share: how a message is saved now, and who is told.
//!
//! Whether the person sees the message is judged before they are asked: what they say of it is theirs, whatever becomes of it.

use ajet_protocol::events::SavedPayload;
use ajet_protocol::{ChannelId, Event, MessageId, SavedMark, Timestamp, UserId};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Find, SavedFacts, SavedOf};
use crate::writer::Turn;

/// How a message is saved, as this batch leaves it so far.
pub(super) fn saved(message: MessageId, core: &PersonCore, turn: &Turn<'_>) -> Option<SavedFacts> {
    let decided = core.last_decided(|change| match change {
        Change::SaveMessage { message_id, channel_id, note, remind_at, .. } if *message_id == message => {
            let (note, remind_at) = (note.clone(), *remind_at);
            Some(Some(SavedFacts { channel_id: *channel_id, note, remind_at }))
        }
        Change::UnsaveMessage { message_id, .. } if *message_id == message => Some(None),
        _ => None,
    });
    let stored = turn.facts.of(&SavedOf { user: core.id(), message });
    decided.unwrap_or(stored)
}

/// How many more messages are saved after this batch so far than before it.
pub(super) fn newly_saved(core: &PersonCore, turn: &Turn<'_>) -> i64 {
    let was_saved = |message: &MessageId| {
        let asked = SavedOf { user: core.id(), message: *message };
        turn.facts.found(&asked).is_some_and(Option::is_some)
    };
    let is_saved = |change: &Change| match change {
        Change::SaveMessage { message_id, .. } => Some((*message_id, true)),
        Change::UnsaveMessage { message_id, .. } => Some((*message_id, false)),
        _ => None,
    };
    core.how_many_more(is_saved, was_saved)
}

/// The job of a reminder as it is set now. Where one was set before and none is now, it is due at once, which ends it: it finds nothing to do.
pub(super) fn reminder(
    (user_id, message_id): (UserId, MessageId),
    [before, after]: [Option<Timestamp>; 2],
    now: Timestamp,
) -> Option<Change> {
    let at = after.or(before.map(|_| now))?;
    Some(Change::RequestJob(JobRequest::Remind { user_id, message_id, at }))
}

/// What the person's own sessions are told.
pub(super) fn updated(message_id: MessageId, channel_id: ChannelId, saved: Option<SavedMark>) -> Emit {
    Emit::new(&Event::SavedUpdated(SavedPayload { message_id, channel_id, saved }))
}
