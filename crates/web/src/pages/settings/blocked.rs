//! Whom a person blocks.

use ajet_protocol::{Page, User};
use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Icon, Kind, act, card, empty, pager, person};
use crate::pages::inside::{Content, Inside};

/// The page. Forms: `POST /settings/blocked/{id}/lift`.
#[must_use]
pub fn blocked(inside: &Inside<'_>, all: &Page<User>) -> Markup {
    let t = inside.viewer.strings();
    let next =
        all.items.last().filter(|_| all.has_more).map(|last| format!("/settings/blocked?after={}", last.id));
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Ban, t.none_blocked, t.none_blocked_hint, &html! {})) }
        @else {
            ul.rows { @for one in &all.items { li {
                (person(one, t.bot))
                (act(&format!("/settings/blocked/{}/lift", one.id), &Button::new(Kind::Plain, t.unblock).small().submit()))
            } } }
        }
        (pager(next.as_deref(), t.next_page))
    };
    let body = card(t.blocked, None, &list);
    let content = Content { icon: Icon::Ban, title: t.blocked, hint: t.blocked_hint, body };
    frame::page(inside, "/settings/blocked", &content)
}
