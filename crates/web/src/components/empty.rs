//! What stands where there is nothing yet: what would be here, and how to begin.

use maud::{Markup, html};

use super::Icon;

/// An empty state.
#[must_use]
pub fn empty(icon: Icon, title: &str, text: &str, action: &Markup) -> Markup {
    html! {
        div.empty { (icon.large()) h2 { (title) } p { (text) } (action) }
    }
}
