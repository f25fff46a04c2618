//! Where a person is signed in.

use std::borrow::Cow;

use ajet_protocol::{Page, Session};
use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Dialog, Icon, Kind, Tone, act, badge, card, confirm, pager};
use crate::pages::inside::{Content, Inside};
use crate::strings::device;

/// The page. Forms: `POST /settings/sessions/{id}/end`, `/settings/sessions/end-others`.
#[must_use]
pub fn sessions(inside: &Inside<'_>, all: &Page<Session>) -> Markup {
    let t = inside.viewer.strings();
    let next =
        all.items.last().filter(|_| all.has_more).map(|last| format!("/settings/sessions?after={}", last.id));
    let dialog = Dialog { id: "end-others", title: t.settings.end_others, close: t.shared.cancel };
    let list = html! {
        ul.rows { @for one in &all.items { li { (session(inside, one)) } } }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = html! {
        (card(t.settings.sessions, None, &list))
        @if all.items.len() > 1 {
            (card(t.settings.end_others, Some(t.settings.end_others_hint), &html! {
                div { (confirm(dialog, t.settings.end_others_ask, "/settings/sessions/end-others", t.settings.end_others)) }
            }))
        }
    };
    let content =
        Content { icon: Icon::Sessions, title: t.settings.sessions, hint: t.settings.sessions_hint, body };
    frame::page(inside, "/settings/sessions", &content)
}

fn session(inside: &Inside<'_>, one: &Session) -> Markup {
    let (t, clock) = (inside.viewer.strings(), &inside.viewer.clock);
    let called = |name| device(inside.viewer.language, name);
    let named = one.device.as_deref().map_or(Cow::Borrowed(t.settings.unknown_device), called);
    html! {
        div {
            div.row {
                strong dir="auto" { (named) }
                @if one.current { (badge(t.settings.this_session, Tone::Good)) }
            }
            span.faint { (t.shared.last_used) " " (clock.moment(one.last_used_at)) " · " (t.settings.since) " " (clock.moment(one.created_at)) }
        }
        @if !one.current {
            (act(&format!("/settings/sessions/{}/end", one.id), &Button::new(Kind::Plain, t.settings.end_session).small().submit()))
        }
    }
}
