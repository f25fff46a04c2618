//! Fragments that several pages share: a person's name, an invite's address.

use ajet_protocol::User;
use maud::{Markup, html};

use crate::chat::words::{Key, Lang, t};

/// A display name with what can't be imitated: a person's user name, which is unique, or the badge of a program.
/// `dir="auto"` isolates the display name: one written from right to left moves nothing around it.
#[must_use]
pub fn name(user: &User) -> Markup {
    html! {
        strong dir="auto" { (user.display_name) } " "
        @if user.bot { span.badge { "app" } } @else { span.username { "@" (user.username) } }
    }
}

/// A new invite's address, to be copied.
#[must_use]
pub fn invite(lang: Lang, url: &str) -> Markup {
    html! {
        label for="invite-url" { (t(lang, Key::SendThisLink)) }
        input #invite-url readonly value=(url) data-select;
    }
}
