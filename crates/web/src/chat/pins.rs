//! The pinned messages of a channel, in the pane.

use ajet_protocol::Message;
use maud::{Markup, html};

use super::pane::{empty, pane};
use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;

/// The pane.
#[must_use]
pub fn show(lang: Language, pins: &[Message]) -> Markup {
    let content = html! {
        @if pins.is_empty() { (empty(lang, Key::EmptyPins, Icon::Pin)) }
        @else { ol.c-finds { @for one in pins { (super::search::found(lang, one, &html! {})) } } }
    };
    pane(lang, t(lang, Key::Pinned), &html! {}, &content)
}
