//! Search in the pane: its field with chips for the operators, and what was found.

use ajet_protocol::{Message, SearchHit};
use maud::{Markup, PreEscaped, html};

use super::avatar::avatar;
use super::pane::{empty, pane};
use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;

/// What can be narrowed; a chip puts one into the field.
const OPERATORS: [&str; 7] = ["from:", "in:", "has:link", "has:file", "has:image", "before:", "after:"];

/// The pane, before anything was looked for.
#[must_use]
pub fn show(lang: Language) -> Markup {
    let content = html! {
        search.c-search {
            form data-search {
                label.c-hidden for="q" { (t(lang, Key::SearchHint)) }
                input #q type="search" name="q" maxlength="500" placeholder=(t(lang, Key::SearchHint)) autocomplete="off" dir="auto" autofocus;
                button.c-icon-button aria-label=(t(lang, Key::Search)) { (Icon::Search.in_text()) }
            }
            div.c-chips { @for one in OPERATORS { button.c-chip type="button" data-operator=(one) { (one) } } }
        }
        div #results aria-live="polite" {}
    };
    pane(lang, t(lang, Key::Search), &html! {}, &content)
}

/// What was found. `next` is the address of the page behind it.
#[must_use]
pub fn results(lang: Language, hits: &[SearchHit], next: Option<&str>) -> Markup {
    html! {
        @if hits.is_empty() { (empty(lang, Key::NoResults, Icon::NothingFound)) }
        ol.c-finds {
            @for hit in hits { @if let Some(message) = &hit.message { (hit_of(message, &hit.snippet_html)) } }
        }
        @if let Some(next) = next { button.c-button.c-button--quiet type="button" data-more-results=(next) { (t(lang, Key::More)) } }
    }
}

fn hit_of(message: &Message, snippet: &str) -> Markup {
    html! {
        li.c-find data-find=(message.id) {
            a href={ "/m/" (message.id) } {
                (head(message))
                // Escaped by the server's search, with `<mark>` alone around what was found.
                p.c-find__text dir="auto" hx-ignore { (PreEscaped(snippet)) }
            }
        }
    }
}

/// A message in a list of such, as a link to where it stands, with what is said of it there.
pub(super) fn found(lang: Language, message: &Message, said: &Markup) -> Markup {
    html! {
        li.c-find data-find=(message.id) {
            (head(message))
            div.c-find__text dir="auto" hx-ignore {
                @if message.deleted { (super::message::deleted(lang)) } @else { (PreEscaped(&message.body_html)) }
            }
            (said)
            a.c-find__open href={ "/m/" (message.id) } { (t(lang, Key::Open)) }
        }
    }
}

fn head(message: &Message) -> Markup {
    html! {
        span.c-find__head { (avatar(&message.author)) " " strong dir="auto" { (message.author.display_name) } " " time datetime=(message.created_at) data-whole {} }
    }
}
