//! What happens by time alone.

use ajet_protocol::MessageId;

use super::{choosing, drafts, reading, sending};
use crate::effect::Effect;
use crate::state::timers::Timer;
use crate::state::{Link, State};

/// One says that one is there this often, in ms; it counts for two minutes.
const HEARTBEAT: u64 = 50_000;
/// Who has pressed no key for this long, in ms, is not said to be there.
pub const IDLE: u64 = 10 * 60_000;
/// How long until a message is fetched again that could not be fetched, in ms.
const AGAIN: u64 = 5_000;

/// Does what is due.
pub fn run(state: &mut State, out: &mut Vec<Effect>) {
    for timer in state.timers.due(state.now) {
        match timer {
            Timer::Heartbeat => heartbeat(state, out),
            Timer::KeepDraft => drafts::keep(state, out),
            Timer::StopTyping => drafts::stop_typing(state, out),
            Timer::TypingOver => typing_over(state),
            Timer::MarkRead => reading::mark(state, out),
            Timer::Refresh => refresh(state, out),
            Timer::Members => out.extend(state.open.map(Effect::Members)),
            Timer::NoticeOver => state.notice = None,
            Timer::Resend => sending::pump(state, out),
            Timer::Search => choosing::search(state, out),
        }
    }
}

/// Says that one is there, unless one seems to be away, and sets the next time.
pub fn heartbeat(state: &mut State, out: &mut Vec<Effect>) {
    if state.now < state.last_key + IDLE {
        out.push(Effect::Heartbeat);
    }
    state.timers.set(Timer::Heartbeat, state.now + HEARTBEAT);
}

/// Fetches the next message that has changed, one after the other: an answer never overtakes a later one.
pub fn refresh(state: &mut State, out: &mut Vec<Effect>) {
    if state.refreshing.is_some() || state.link != Link::Live {
        return;
    }
    if let Some(id) = state.refresh.pop_first() {
        state.refreshing = Some(id);
        out.push(Effect::Refresh(id));
    }
}

/// A message that has changed could not be fetched.
pub fn refresh_later(state: &mut State, id: MessageId) {
    state.refresh.insert(id);
    state.timers.set(Timer::Refresh, state.now + AGAIN);
}

fn typing_over(state: &mut State) {
    let now = state.now;
    state.typing.retain(|(_, _, until)| *until > now);
    if let Some(next) = state.typing.iter().map(|(_, _, until)| *until).min() {
        state.timers.set(Timer::TypingOver, next);
    }
}
