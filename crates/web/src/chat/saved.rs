//! What the reader has saved for later, in the pane.

use ajet_protocol::Saved;
use maud::{Markup, html};

use super::pane::{empty, pane};
use super::words::{Key, Lang, t};

/// The pane.
#[must_use]
pub fn show(lang: Lang, saved: &[Saved]) -> Markup {
    let content = html! {
        @if saved.is_empty() { (empty(lang, Key::EmptySaved, "bookmark")) }
        @else {
            ol.c-finds {
                @for one in saved { (super::search::found(lang, &one.message, one.note.as_deref())) }
            }
        }
    };
    pane(lang, t(lang, Key::Saved), &html! {}, &content)
}
