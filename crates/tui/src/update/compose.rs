//! Writing: keys in the composer, pasted text, the user's editor, completion.

use ajet_protocol::{Message, MessageId};

use super::{drafts, messages, notices, opening, sending};
use crate::complete;
use crate::effect::Effect;
use crate::keys::action::Action;
use crate::state::composer::Completion;
use crate::state::overlay::{Overlay, Question, Then};
use crate::state::{Pane, State};
use crate::text::buffer::Buffer;
use crate::text::clean;

/// Lines of a pasted text from which on it is asked whether it is meant.
const MANY_LINES: usize = 6;

/// What is said where a text has more bytes than any message.
const TOO_LONG: &str = "that is too long for a message: its end was left out";

/// A character is typed.
pub fn typed(state: &mut State, c: char, out: &mut Vec<Effect>) {
    state.composer.buffer.insert(c.encode_utf8(&mut [0; 4]));
    complete_while_typing(state);
    drafts::changed(state, out);
}

/// A text is pasted: into what lies over the screen, or into the composer. Many lines at once are asked about, since they are often a
/// mistake.
pub fn pasted(state: &mut State, text: &str, out: &mut Vec<Effect>) {
    let text = clean::lines(text);
    match &mut state.overlay {
        Some(Overlay::Picker(picker)) => {
            picker.input.insert(&clean::line(&text));
            picker.narrow();
            super::choosing::typed(state);
        }
        Some(_) => {}
        None => {
            let lines = text.trim_end().lines().count();
            if lines > MANY_LINES {
                let text_of = format!("Insert {lines} lines into what you write?");
                state.overlay = Some(Overlay::Question(Question { text: text_of, then: Then::Paste(text) }));
            } else {
                insert(state, &text, out);
            }
        }
    }
}

/// Inserts a text into the composer.
pub fn insert(state: &mut State, text: &str, out: &mut Vec<Effect>) {
    state.pane = Pane::Compose;
    if !state.composer.buffer.insert(text) {
        notices::complain(state, TOO_LONG);
    }
    state.composer.completion = None;
    drafts::changed(state, out);
}

/// What the user's editor left.
pub fn edited(state: &mut State, text: Option<String>, out: &mut Vec<Effect>) {
    match text {
        Some(text) => {
            if !state.composer.buffer.set(clean::lines(&text).trim_end()) {
                notices::complain(state, TOO_LONG);
            }
            (state.composer.completion, state.composer.completes) = (None, false);
            drafts::changed(state, out);
        }
        None => notices::complain(state, "the editor failed: what you wrote is as it was"),
    }
}

/// What keys do in the composer; false for what is done elsewhere.
pub fn perform(state: &mut State, action: Action, out: &mut Vec<Effect>) -> bool {
    let completes = state.composer.completion.is_some();
    match action {
        Action::Send if completes && state.composer.completes => take(state),
        Action::Send => sending::send(state, out),
        Action::Complete => step(state, 1),
        Action::CompletePrevious => step(state, -1),
        Action::Up if completes => step(state, -1),
        Action::Down if completes => step(state, 1),
        Action::Up if !state.composer.buffer.up() => {
            if state.composer.buffer.is_empty() {
                messages::edit_last(state);
            }
        }
        Action::Down if !state.composer.buffer.down() => {}
        Action::Up | Action::Down => {}
        Action::Editor => out.push(Effect::Editor(state.composer.buffer.text().to_owned())),
        Action::Back if completes => (state.composer.completion, state.composer.completes) = (None, false),
        Action::Back if state.composer.editing.is_some() => sending::end_edit(state),
        Action::Back if state.thread.is_some() => opening::close_thread(state, out),
        Action::Back => state.pane = Pane::Messages,
        other => return moved(state, other) || changed(state, other, out),
    }
    true
}

/// Moves the cursor; false for what does not.
fn moved(state: &mut State, action: Action) -> bool {
    let buffer = &mut state.composer.buffer;
    match action {
        Action::Left => buffer.left(),
        Action::Right => buffer.right(),
        Action::WordLeft => buffer.word_left(),
        Action::WordRight => buffer.word_right(),
        Action::LineStart => buffer.line_start(),
        Action::LineEnd => buffer.line_end(),
        _ => return false,
    }
    state.composer.completion = None;
    true
}

/// Changes the text; false for what does not.
fn changed(state: &mut State, action: Action, out: &mut Vec<Effect>) -> bool {
    let buffer = &mut state.composer.buffer;
    match action {
        Action::Newline => {
            buffer.insert("\n");
        }
        Action::Backspace => buffer.backspace(),
        Action::DeleteNext => buffer.delete_next(),
        Action::KillWord => buffer.kill_word(),
        Action::KillLine => buffer.kill_line(),
        Action::KillToStart => buffer.kill_to_start(),
        Action::Yank => buffer.yank(),
        Action::Undo => buffer.undo(),
        _ => return false,
    }
    complete_while_typing(state);
    drafts::changed(state, out);
    true
}

/// Offers what may complete the word before the cursor; nothing is chosen until it is asked for.
fn complete_while_typing(state: &mut State) {
    state.composer.completes = false;
    state.composer.completion = complete::candidates(state, state.composer.buffer.before())
        .map(|(from, choices)| Completion { from, choices, at: 0 });
}

/// Walks through the completions; the next pane where there are none.
fn step(state: &mut State, by: isize) {
    if state.composer.completion.is_none() {
        complete_while_typing(state);
    }
    let walks = state.composer.completes;
    let Some(completion) = &mut state.composer.completion else {
        state.pane = super::moving::pane_beside(state, by);
        return;
    };
    if completion.choices.len() == 1 {
        return take(state);
    }
    if walks {
        let count = completion.choices.len() as isize;
        completion.at = (completion.at as isize + by).rem_euclid(count) as usize;
    }
    state.composer.completes = true;
}

/// Puts the chosen completion in place of the word.
fn take(state: &mut State) {
    let Some(completion) = state.composer.completion.take() else { return };
    state.composer.completes = false;
    if let Some(choice) = completion.choices.get(completion.at) {
        state.composer.buffer.replace_from(completion.from, &choice.text);
    }
}

/// Begins to edit a message: its text stands in the composer, mentions as they are typed.
pub fn edit(state: &mut State, message: &Message) {
    let text = complete::typed_mentions(state, &message.body_md);
    begin_edit(state, message.id, &text);
    state.pane = Pane::Compose;
}

/// The composer holds what a message is to say instead; what was begun is put aside.
pub fn begin_edit(state: &mut State, message: MessageId, text: &str) {
    let (target, kept) = (state.target(), state.composer.kept.clone());
    state.composer.turn(target, target, &kept);
    state.composer.buffer = Buffer::of(text);
    state.composer.editing = Some(message);
}
