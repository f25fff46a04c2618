//! What a form of the chat page is answered with that is no part of the page: a new invite's address.

use maud::{Markup, html};

/// A new invite's address, to be copied.
#[must_use]
pub fn invite(url: &str) -> Markup {
    html! {
        label for="invite-url" { "Send this link:" }
        input #invite-url readonly value=(url) data-select;
    }
}
