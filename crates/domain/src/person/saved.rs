//! What the verbs about saved messages share: how a message is saved now, and who is told.
//!
//! Whether the person sees the message is judged before they are asked: what they say of it is theirs, whatever becomes of it.

use ajet_protocol::events::SavedPayload;
use ajet_protocol::{ChannelId, Event, MessageId, SavedMark};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{SavedFacts, SavedOf};
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

/// What the person's own sessions are told.
pub(super) fn updated(message_id: MessageId, channel_id: ChannelId, saved: Option<SavedMark>) -> Emit {
    Emit::new(&Event::SavedUpdated(SavedPayload { message_id, channel_id, saved }))
}
