//! A person's or program's name in a sentence.

use ajet_protocol::User;
use maud::{Markup, html};

/// A display name with what can't be imitated: a person's user name, which is unique, or the badge of a program.
/// `dir="auto"` isolates the display name: one written from right to left moves nothing around it.
#[must_use]
pub fn name(user: &User, bot_badge: &str) -> Markup {
    html! {
        strong dir="auto" { (user.display_name) } " "
        @if user.bot { span.badge { (bot_badge) } } @else { span.username { "@" (user.username) } }
    }
}
