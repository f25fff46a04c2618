//! What the verbs about drafts share: what is kept now, and who is told.
//!
//! Whether the person sees the channel is judged before they are asked: a draft is theirs wherever it is for.

use ajet_protocol::events::DraftPayload;
use ajet_protocol::{ChannelDraft, ChannelId, Event, MessageId};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, DraftOf, Find, Needs};
use crate::writer::Turn;
use crate::{Caller, Denied};

/// The question of one draft of the person.
pub(super) fn question(core: &PersonCore, channel: ChannelId, parent: Option<MessageId>) -> DraftOf {
    DraftOf { user: core.id(), channel, parent }
}

/// Asks for a draft; nothing for anybody but the person.
pub(super) fn ask_about(asked: DraftOf, by: &Caller, needs: &mut Needs) {
    if by.id() == asked.user {
        needs.ask(asked);
    }
}

/// The draft as this batch leaves it so far; refused where it is not the caller's.
pub(super) fn kept(
    asked: DraftOf,
    core: &PersonCore,
    turn: &Turn<'_>,
) -> Result<Option<ChannelDraft>, Denied> {
    if turn.by.id() != core.id() {
        return Err(Denied::NotFound);
    }
    let is_it = |channel, parent| (channel, parent) == (asked.channel, asked.parent);
    let decided = core.last_decided(|change| match change {
        Change::KeepDraft { draft, .. } if is_it(draft.channel_id, draft.parent_id) => {
            Some(Some((**draft).clone()))
        }
        Change::RemoveDraft { channel_id, parent_id, .. } if is_it(*channel_id, *parent_id) => Some(None),
        _ => None,
    });
    let stored = turn.facts.of(&asked);
    Ok(decided.unwrap_or(stored))
}

/// How many more drafts there are after this batch so far than before it.
pub(super) fn newly_kept(core: &PersonCore, turn: &Turn<'_>) -> i64 {
    let was_kept = |place: &(ChannelId, Option<MessageId>)| {
        turn.facts.found(&question(core, place.0, place.1)).is_some_and(Option::is_some)
    };
    let is_kept = |change: &Change| match change {
        Change::KeepDraft { draft, .. } => Some(((draft.channel_id, draft.parent_id), true)),
        Change::RemoveDraft { channel_id, parent_id, .. } => Some(((*channel_id, *parent_id), false)),
        _ => None,
    };
    core.how_many_more(is_kept, was_kept)
}

/// What the person's own sessions are told.
pub(super) fn updated(payload: DraftPayload) -> Emit {
    Emit::new(&Event::DraftUpdated(payload))
}
