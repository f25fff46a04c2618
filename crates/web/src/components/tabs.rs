//! Parts of a page of which one is shown, each with an address.

use maud::{Markup, html};

/// One of the parts.
#[derive(Debug, Clone, Copy)]
pub struct Tab<'a> {
    pub address: &'a str,
    pub label: &'a str,
    pub current: bool,
}

/// The row of them.
#[must_use]
pub fn tabs(label: &str, all: &[Tab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for tab in all { a href=(tab.address) aria-current=[tab.current.then_some("page")] { (tab.label) } }
        }
    }
}
