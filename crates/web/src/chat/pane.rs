//! The pane beside the messages, and what it says where it has nothing to show.

use maud::{Markup, html};

use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;

/// A pane's content under its heading.
pub fn pane(lang: Language, heading: &str, ways: &Markup, content: &Markup) -> Markup {
    html! {
        header.c-pane__head {
            h2 dir="auto" tabindex="-1" { (heading) }
            (ways)
            button.c-icon-button type="button" data-pane-close aria-label=(t(lang, Key::CloseIt)) title=(t(lang, Key::CloseIt)) { (Icon::Close.in_text()) }
        }
        (content)
    }
}

/// The last item of a list that goes on at this address: a button that puts the further ones into its place.
pub fn more(lang: Language, next: Option<&str>) -> Markup {
    html! { @if let Some(next) = next { li { button.c-button.c-button--quiet type="button" data-more=(next) { (t(lang, Key::More)) } } } }
}

/// Says what would stand here, and how it comes here.
pub fn empty(lang: Language, key: Key, icon: Icon) -> Markup {
    html! { div.c-empty { (icon.in_text()) p { (t(lang, key)) } } }
}
