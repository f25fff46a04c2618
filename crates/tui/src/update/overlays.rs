//! Keys while something lies over the screen.

use super::{actions, choosing, compose};
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::keys::press::{Code, Press};
use crate::state::State;
use crate::state::overlay::{Overlay, Question, Then};

/// Lines of a page.
const PAGE: usize = 10;

/// Does something with what lies over the screen; false for what is done as elsewhere.
pub fn perform(state: &mut State, action: Action, out: &mut Vec<Effect>) -> bool {
    if action == Action::Back {
        return close(state, out);
    }
    match &mut state.overlay {
        Some(Overlay::Help(first) | Overlay::Reader { first, .. }) => {
            *first = scrolled(*first, action);
            !matches!(action, Action::Suspend | Action::Redraw | Action::Quit)
        }
        Some(Overlay::Picker(picker)) => {
            match action {
                Action::Up => picker.step(-1),
                Action::Down => picker.step(1),
                Action::PageUp => picker.step(-(PAGE as isize)),
                Action::PageDown => picker.step(PAGE as isize),
                Action::Select => choosing::select(state, out),
                Action::Left => picker.input.left(),
                Action::Right => picker.input.right(),
                Action::Backspace | Action::KillWord | Action::KillToStart => {
                    match action {
                        Action::Backspace => picker.input.backspace(),
                        Action::KillWord => picker.input.kill_word(),
                        _ => picker.input.kill_to_start(),
                    }
                    picker.narrow();
                    choosing::typed(state);
                }
                _ => return false,
            }
            true
        }
        Some(Overlay::Picture { .. } | Overlay::Question(_)) | None => false,
    }
}

fn scrolled(first: usize, action: Action) -> usize {
    match action {
        Action::Up => first.saturating_sub(1),
        Action::Down => first + 1,
        Action::PageUp => first.saturating_sub(PAGE),
        Action::PageDown => first + PAGE,
        _ => first,
    }
}

/// Closes it. The votes that were chosen are cast then.
fn close(state: &mut State, out: &mut Vec<Effect>) -> bool {
    let was = state.overlay.take();
    if let Some(Overlay::Picker(picker)) = &was {
        choosing::closed(state, picker, out);
    }
    was.is_some()
}

/// A question is answered: by `y` or Enter with yes, by `n` or Esc with no.
pub fn answer(state: &mut State, press: Press, out: &mut Vec<Effect>) {
    let yes = matches!(press.code, Code::Enter | Code::Char('y' | 'Y')) && !press.ctrl && !press.alt;
    let no = matches!(press.code, Code::Esc | Code::Char('n' | 'N' | 'q'))
        || press.ctrl && matches!(press.code, Code::Char('c' | 'g'));
    if !yes && !no {
        return;
    }
    let Some(Overlay::Question(Question { then, .. })) = state.overlay.take() else { return };
    if no {
        return;
    }
    match then {
        Then::Delete(message) => out.push(Effect::Delete(message)),
        Then::Leave(channel) => out.push(Effect::Leave(channel)),
        Then::Paste(text) => compose::insert(state, &text, out),
        Then::Quit => actions::leave(state, out),
    }
}
