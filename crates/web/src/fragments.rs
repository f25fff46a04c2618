//! What a form of the chat page is answered with that is no part of the page: a new invite's address.

use maud::{Markup, html};

use crate::strings::Language;
use crate::strings::words::{Key, t};

/// A new invite's address, to be copied.
#[must_use]
pub fn invite(lang: Language, url: &str) -> Markup {
    html! {
        label for="invite-url" { (t(lang, Key::SendThisLink)) }
        input #invite-url readonly value=(url) data-select;
    }
}
