//! What the reader has saved for later, in the pane, the newest messages first.

use ajet_protocol::Saved;
use maud::{Markup, html};

use super::pane::{empty, more, pane};
use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;

/// The pane. `next` is the address of what was said before the last one.
#[must_use]
pub fn show(lang: Language, saved: &[Saved], next: Option<&str>) -> Markup {
    let content = html! {
        @if saved.is_empty() { (empty(lang, Key::EmptySaved, Icon::Save)) }
        @else {
            ol.c-finds { (items(lang, saved, next)) }
        }
    };
    pane(lang, t(lang, Key::Saved), &html! {}, &content)
}

/// Some of them, with a button for more.
#[must_use]
pub fn items(lang: Language, saved: &[Saved], next: Option<&str>) -> Markup {
    html! {
        @for one in saved.iter().rev() { (super::search::found(lang, &one.message, &said(lang, one))) }
        (more(lang, next))
    }
}

/// What the reader noted, when they are reminded, and the way to keep it no longer.
fn said(lang: Language, one: &Saved) -> Markup {
    html! {
        @if let Some(note) = &one.note { p.c-find__note dir="auto" { (note) } }
        @if let Some(at) = one.remind_at { p.c-find__note data-remind { (Icon::Remind.in_text()) " " time datetime=(at) data-whole {} } }
        button.c-button.c-button--quiet type="button" data-unsave=(one.message.id) { (t(lang, Key::Unsave)) }
    }
}
