//! Who may not come back.

use ajet_protocol::{Ban, Page};
use maud::{Markup, html};

use super::Managed;
use crate::components::{Button, Icon, Kind, act, card, empty, pager, person, table};
use crate::pages::inside::Content;

/// The page. Form: `bans/{id}/lift`. People are banned on their own page among the members.
#[must_use]
pub fn bans(managed: &Managed<'_>, all: &Page<Ban>) -> Markup {
    let t = managed.strings();
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("bans?after={}", last.user.id)));
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Ban, t.members.no_bans, t.members.no_bans_hint, &html! {})) }
        @else {
            (table(t.members.bans, &[t.shared.name, t.members.reason, t.members.banned_by, ""], &html! { @for one in &all.items { (row(managed, one)) } }))
        }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = card(t.members.bans, None, &list);
    managed.page("bans", &Content { icon: Icon::Ban, title: t.members.bans, hint: t.members.bans_hint, body })
}

fn row(managed: &Managed<'_>, ban: &Ban) -> Markup {
    let t = managed.strings();
    let lift = managed.address(&format!("bans/{}/lift", ban.user.id));
    html! {
        tr {
            th scope="row" { (person(&ban.user, t.shared.bot)) }
            td dir="auto" { (ban.reason.as_deref().unwrap_or("–")) }
            td {
                @if let Some(actor) = &ban.actor { span dir="auto" { (actor.display_name) } br; }
                span.faint { (managed.inside.viewer.clock.moment(ban.created_at)) }
            }
            td.end { (act(&lift, &Button::new(Kind::Plain, t.members.unban).small().submit())) }
        }
    }
}
