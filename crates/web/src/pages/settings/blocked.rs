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
        @if all.items.is_empty() { (empty(Icon::Ban, t.settings.none_blocked, t.settings.none_blocked_hint, &html! {})) }
        @else {
            ul.rows { @for one in &all.items { li {
                (person(one, t.shared.bot))
                (act(&format!("/settings/blocked/{}/lift", one.id), &Button::new(Kind::Plain, t.settings.unblock).small().submit()))
            } } }
        }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = card(t.settings.blocked, None, &list);
    let content = Content { icon: Icon::Ban, title: t.settings.blocked, hint: t.settings.blocked_hint, body };
    frame::page(inside, "/settings/blocked", &content)
}
