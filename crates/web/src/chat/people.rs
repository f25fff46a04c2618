//! Who is in a channel, in the pane. Scripts show who of them is online.

use ajet_protocol::Member;
use maud::{Markup, html};

use super::avatar::member_avatar;
use super::pane::{more, pane};
use super::words::{Key, t};
use crate::strings::Language;

/// The pane. `next` is the address of the people behind the last one.
#[must_use]
pub fn show(lang: Language, members: &[Member], next: Option<&str>) -> Markup {
    pane(lang, t(lang, Key::People), &html! {}, &html! { ul.c-finds { (items(lang, members, next)) } })
}

/// Some of them, with a button for more.
#[must_use]
pub fn items(lang: Language, members: &[Member], next: Option<&str>) -> Markup {
    html! {
        @for one in members {
            li.c-find.c-person {
                (member_avatar(one)) " "
                button.c-name type="button" data-card=(one.user.id) dir="auto" { (one.nickname.as_deref().unwrap_or(&one.user.display_name)) } " "
                @if one.user.bot { span.c-badge { (t(lang, Key::Bot)) } } @else { span.c-username dir="ltr" { "@" (one.user.username) } }
            }
        }
        (more(lang, next))
    }
}
