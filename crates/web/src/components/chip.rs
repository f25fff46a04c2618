//! Short words in a row, such as roles or scopes.

use maud::{Markup, html};

/// One of them.
#[must_use]
pub fn chip(text: &str) -> Markup {
    html! { span.chip dir="auto" { (text) } }
}

/// All of them.
#[must_use]
pub fn chips<'a>(texts: impl IntoIterator<Item = &'a str>) -> Markup {
    html! { span.chips { @for text in texts { (chip(text)) } } }
}
