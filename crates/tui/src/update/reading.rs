//! What counts as read: what stands at the end of the open channel, before the eyes of the person, for a moment.

use ajet_protocol::{ChannelId, MessageId};

use crate::effect::Effect;
use crate::message::Failure;
use crate::state::timers::Timer;
use crate::state::{Link, State};
use crate::view::layout;

/// How long it has to stand there, in ms.
const MOMENT: u64 = 800;
/// How long until a read marker is sent again that could not be sent, in ms.
const AGAIN: u64 = 5_000;

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
    let is_shown = state.link == Link::Live
        && state.focused
        && place.joined
        && is_at_end
        && state.overlay.is_none()
        && layout::shows_channel(state);
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

/// It could not be said: it is said again after a while, unless it was refused, which it would be again.
pub fn failed(state: &mut State, failure: &Failure) {
    if failure.is_passing {
        state.marked_read = None;
        state.timers.set(Timer::MarkRead, state.now + AGAIN);
    }
}
