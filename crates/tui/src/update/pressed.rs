//! A key: what it means where one is, or the character that it types.

use super::{actions, choosing, compose, overlays, timing};
use crate::effect::Effect;
use crate::keys::action::Context;
use crate::keys::keymap::Meaning;
use crate::keys::press::Press;
use crate::state::overlay::Overlay;
use crate::state::{Pane, State};
use crate::text::clean;

/// Keys in a row at most.
const ROW: usize = 4;

/// The places where keys have a meaning now, the nearest first.
#[must_use]
pub fn contexts(state: &State) -> &'static [Context] {
    match (&state.overlay, state.pane) {
        (Some(_), _) => &[Context::Overlay],
        (None, Pane::Compose) => &[Context::Compose, Context::Global],
        (None, Pane::Messages | Pane::Thread) => &[Context::Messages, Context::List, Context::Global],
        (None, Pane::Places | Pane::Members) => &[Context::List, Context::Global],
    }
}

/// A key is pressed.
pub fn pressed(state: &mut State, press: Press, out: &mut Vec<Effect>) {
    let press = press.normal();
    let was_idle = state.now >= state.last_key + timing::IDLE;
    state.last_key = state.now;
    if was_idle && state.model.is_some() {
        timing::heartbeat(state, out);
    }
    if let Some(Overlay::Question(_)) = state.overlay {
        return overlays::answer(state, press, out);
    }
    state.keys.push(press);
    match state.settings.keymap.meaning(contexts(state), &state.keys) {
        Meaning::Begins if state.keys.len() < ROW => {}
        Meaning::Does(action) => {
            state.keys.clear();
            actions::perform(state, action, out);
        }
        Meaning::Begins | Meaning::Nothing => {
            let is_alone = state.keys.len() == 1;
            state.keys.clear();
            if let Some(c) = press.typed().filter(|c| is_alone && clean::is_safe(*c)) {
                typed(state, c, out);
            }
        }
    }
}

/// A character that means nothing else is text, where text is taken.
fn typed(state: &mut State, c: char, out: &mut Vec<Effect>) {
    match (&mut state.overlay, state.pane) {
        (Some(Overlay::Picker(picker)), _) => {
            if let Some(place) = picker.numbered(c) {
                picker.at = place;
                return choosing::select(state, out);
            }
            picker.input.insert(c.encode_utf8(&mut [0; 4]));
            picker.narrow();
            choosing::typed(state);
        }
        // It opens by itself, such as a bot's answer: who is writing writes on.
        (Some(Overlay::Reader { stays: false, .. }), Pane::Compose) if c != 'q' => {
            state.overlay = None;
            compose::typed(state, c, out);
        }
        (Some(_), _) => {
            if c == 'q' {
                state.overlay = None;
            }
        }
        (None, Pane::Compose) => compose::typed(state, c, out),
        (None, _) if state.settings.keymap.preset.typing_writes() => {
            state.pane = Pane::Compose;
            compose::typed(state, c, out);
        }
        (None, _) => {}
    }
}
