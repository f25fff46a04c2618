//! What is begun and not sent: it is kept on the server a moment after it was written, and others are told that one types.

use ajet_protocol::limits;

use super::opening::kept_draft;
use crate::effect::Effect;
use crate::state::composer::Target;
use crate::state::timers::Timer;
use crate::state::{Link, State};

/// How long one has typed nothing before the draft is kept, in ms.
const PAUSE: u64 = 1_500;
/// Others are told again that one types after this time, in ms; it counts for 15 s.
const TYPING_AGAIN: u64 = 8_000;
/// How long one has typed nothing before others are told that one has stopped, in ms.
const TYPING_STOPS: u64 = 6_000;

/// The text of the composer has changed.
pub fn changed(state: &mut State, out: &mut Vec<Effect>) {
    let Some((channel, _)) = state.target() else { return };
    if state.composer.editing.is_some() || !state.channel(channel).is_some_and(|one| one.joined) {
        return;
    }
    state.timers.set(Timer::KeepDraft, state.now + PAUSE);
    if state.composer.buffer.is_empty() {
        return stop_typing(state, out);
    }
    let is_told =
        state.told_typing.is_some_and(|(place, since)| place == channel && state.now < since + TYPING_AGAIN);
    if !is_told && state.link == Link::Live && !state.composer.buffer.text().starts_with('/') {
        state.told_typing = Some((channel, state.now));
        out.push(Effect::Typing { channel, on: true });
    }
    state.timers.set(Timer::StopTyping, state.now + TYPING_STOPS);
}

/// Others are told that one has stopped, if they were told that one types.
pub fn stop_typing(state: &mut State, out: &mut Vec<Effect>) {
    state.timers.clear(Timer::StopTyping);
    if let Some((channel, _)) = state.told_typing.take() {
        out.push(Effect::Typing { channel, on: false });
    }
}

/// Keeps the draft as it is, if the server keeps another one.
pub fn keep(state: &mut State, out: &mut Vec<Effect>) {
    state.timers.clear(Timer::KeepDraft);
    let Some((channel, parent)) = state.target() else { return };
    // While one is away nothing can be kept there: see `keep_again`.
    if state.link != Link::Live
        || state.composer.editing.is_some()
        || !state.channel(channel).is_some_and(|one| one.joined)
    {
        return;
    }
    let text = state.composer.buffer.text().trim();
    if text == state.composer.kept.trim() || text.chars().count() > limits::BODY_CHARS {
        return;
    }
    let text = text.to_owned();
    state.composer.tell((channel, parent), &text);
    out.push(kept_as((channel, parent), text));
}

/// What lets the server keep a text; an empty one is none.
fn kept_as((channel, parent): Target, text: String) -> Effect {
    match text.is_empty() {
        true => Effect::DropDraft { channel, parent },
        false => Effect::KeepDraft { channel, parent, text },
    }
}

/// There is a connection again. What was written while one was away is kept now, and so is what was on its way when the connection was
/// lost: the server tells by an event what it keeps.
pub fn keep_again(state: &mut State, out: &mut Vec<Effect>) {
    state.composer.wait_for_nothing();
    let here = state.target();
    let keeps = |target: Target, text: &str| {
        text.trim() != kept_draft(state, target).trim() && can_be_kept(state, target, text)
    };
    let elsewhere = state.composer.begun_elsewhere(here).filter(|(target, text)| keeps(*target, text));
    let mut all: Vec<(Target, String)> =
        elsewhere.map(|(target, text)| (target, text.trim().to_owned())).collect();
    all.sort();
    out.extend(all.into_iter().map(|(target, text)| kept_as(target, text)));
    if let Some(here) = here.filter(|_| state.composer.editing.is_none()) {
        state.composer.kept = kept_draft(state, here);
        state.timers.set_first(Timer::KeepDraft, state.now + PAUSE);
    }
}

/// Whether the server takes a text as a draft.
fn can_be_kept(state: &State, (channel, _): Target, text: &str) -> bool {
    text.trim().chars().count() <= limits::BODY_CHARS && state.channel(channel).is_some_and(|one| one.joined)
}

/// Whether something that was written is lost if one leaves now: an edit, or a text that the server neither keeps nor can be given.
#[must_use]
pub fn would_lose(state: &State) -> bool {
    let (here, composer) = (state.target(), &state.composer);
    let is_lost = |target: Target, text: &str| {
        let is_kept = text.trim().is_empty() || text.trim() == kept_draft(state, target).trim();
        !(is_kept || state.link == Link::Live && can_be_kept(state, target, text))
    };
    let is_lost_here = match here {
        Some(target) => is_lost(target, composer.buffer.text()),
        None => !composer.buffer.text().trim().is_empty(),
    };
    composer.editing.is_some()
        || is_lost_here
        || composer.begun_elsewhere(here).any(|(target, text)| is_lost(target, text))
}
