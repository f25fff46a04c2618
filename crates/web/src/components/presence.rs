//! Whether somebody is there.

use maud::{Markup, html};

/// The dot, with its word for screen readers.
#[must_use]
pub fn presence(online: bool, word: &str) -> Markup {
    html! { span.presence.presence-on[online] { span.hidden { (word) } } }
}
