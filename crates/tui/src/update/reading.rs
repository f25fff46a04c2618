//! What counts as read: what stands at the end of the open channel, before the eyes of the person, for a moment.

use ajet_protocol::{ChannelId, MessageId};

use crate::effect::Effect;
use crate::state::State;
use crate::state::timers::Timer;

/// How long it has to stand there, in ms.
const MOMENT: u64 = 800;

/// The message up to which the open channel would count as read, if it is not said already.
fn unread_end(state: &State) -> Option<(ChannelId, MessageId)> {
    let place = state.open_channel()?;
    let channel = place.channel.id;
    let timeline = state.timeline(channel)?;
    let is_at_end = timeline.is_at_end()
        && !timeline.stale
        && (state.selected.is_none() || state.selected == timeline.newest());
    let last = place.channel.last_message_id.max(timeline.newest())?;
    let is_new = place.last_read_id < Some(last) && state.marked_read != Some((channel, last));
    let is_shown = state.focused && place.joined && is_at_end && state.overlay.is_none();
    (is_shown && is_new).then_some((channel, last))
}

/// Sets the time at which it counts as read.
pub fn schedule(state: &mut State) {
    if unread_end(state).is_some() {
        state.timers.set_first(Timer::MarkRead, state.now + MOMENT);
    } else {
        state.timers.clear(Timer::MarkRead);
    }
}

/// It counts as read, if it still stands there.
pub fn mark(state: &mut State, out: &mut Vec<Effect>) {
    if let Some((channel, message)) = unread_end(state) {
        state.marked_read = Some((channel, message));
        out.push(Effect::MarkRead { channel, message });
    }
}
