//! People, whose accounts the owner of the system takes out of use and back.

use ajet_protocol::{Page, User};
use maud::{Markup, html};

use super::frame;
use crate::components::{
    Button, Dialog, Field, Icon, Kind, Tone, act, badge, card, confirm, empty, pager, person, table,
};
use crate::pages::inside::{Content, Inside};
use crate::strings::fill;

/// Somebody, and whether they can come in.
#[derive(Debug, Clone)]
pub struct Account {
    pub user: User,
    pub deactivated: bool,
}

/// Those whose names hold what was searched for. A plain form searches. Forms: `POST /system/people/{id}/deactivate`, `…/reactivate`.
#[must_use]
pub fn people(inside: &Inside<'_>, searched: &str, all: &Page<Account>) -> Markup {
    let t = inside.viewer.strings();
    let last = all.items.last().filter(|_| all.has_more).map(|last| last.user.id);
    // A search has one page: its text, which may hold anything, is not written into an address.
    let next = last.filter(|_| searched.is_empty()).map(|id| format!("/system/people?after={id}"));
    let rows = html! { @for one in &all.items { (row(inside, one)) } };
    let list = html! {
        form.form-inline method="get" action="/system/people" role="search" {
            (Field::text("q", t.system.search_people).kind("search").value(searched).max(80).show())
            (Button::new(Kind::Plain, t.shared.search).icon(Icon::Search).submit())
        }
        @if all.items.is_empty() { (empty(Icon::Members, t.shared.no_members, t.shared.no_members_hint, &html! {})) }
        @else { (table(t.system.people, &[t.shared.name, t.shared.state, ""], &rows)) }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = card(t.system.people, None, &list);
    let content =
        Content { icon: Icon::Members, title: t.system.people, hint: t.system.system_people_hint, body };
    frame::page(inside, "/system/people", &content)
}

fn row(inside: &Inside<'_>, account: &Account) -> Markup {
    let (t, user) = (inside.viewer.strings(), &account.user);
    html! {
        tr {
            th scope="row" { (person(user, t.shared.bot)) }
            td { @if account.deactivated { (badge(t.system.deactivated, Tone::Warn)) } }
            td.end {
                @if account.deactivated {
                    (act(&address(user, "reactivate"), &Button::new(Kind::Plain, t.system.reactivate).small().submit()))
                } @else if user.id != inside.me.id {
                    (deactivate(inside, user))
                }
            }
        }
    }
}

fn deactivate(inside: &Inside<'_>, user: &User) -> Markup {
    let t = inside.viewer.strings();
    let id = format!("deactivate-{}", user.id);
    let dialog = Dialog { id: &id, title: t.system.deactivate, close: t.shared.cancel };
    let question = fill(t.system.deactivate_ask, &[("name", &user.display_name)]);
    confirm(dialog, &question, &address(user, "deactivate"), t.system.deactivate)
}

fn address(user: &User, end: &str) -> String {
    format!("/system/people/{}/{end}", user.id)
}
