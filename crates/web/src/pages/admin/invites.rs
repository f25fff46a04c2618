//! The invites of a community.

use ajet_protocol::{Invite, Page};
use maud::{Markup, html};

use super::Managed;
use super::ends::ends;
use crate::components::{Button, Choice, Field, Icon, Kind, act, card, empty, pager, shown_once, table};
use crate::pages::inside::Content;
use crate::strings::{count, fill};

/// The page. `made` is the address of an invite that was just made. Forms: `invites`, `invites/{code}/revoke`.
#[must_use]
pub fn invites(managed: &Managed<'_>, all: &Page<Invite>, made: Option<&str>) -> Markup {
    let t = managed.strings();
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("invites?after={}", last.code)));
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Invite, t.members.no_invites, t.members.no_invites_hint, &html! {})) }
        @else {
            (table(t.members.invites, &[t.members.link, t.members.used, t.shared.ends, ""], &html! { @for one in &all.items { (row(managed, one)) } }))
        }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = html! {
        @if let Some(url) = made { (card(t.members.invite_made, Some(t.members.invite_made_hint), &html! { div.secret { code { (url) } } })) }
        (card(t.members.new_invite, None, &new_invite(managed)))
        (card(t.members.invites, None, &list))
    };
    managed.page(
        "invites",
        &Content { icon: Icon::Invite, title: t.members.invites, hint: t.members.invites_hint, body },
    )
}

fn row(managed: &Managed<'_>, invite: &Invite) -> Markup {
    let t = managed.strings();
    let revoke = managed.address(&format!("invites/{}/revoke", invite.code));
    html! {
        tr {
            td { code { (invite.url) } }
            td.num {
                @if let Some(most) = invite.max_uses {
                    (fill(t.members.uses_of, &[("n", &invite.uses.to_string()), ("most", &most.to_string())]))
                } @else { (count(invite.uses, t.members.use_one, t.members.use_many)) }
            }
            td { @if let Some(at) = invite.expires_at { (managed.inside.viewer.clock.moment(at)) } @else { (t.shared.never) } }
            td.end { (act(&revoke, &Button::new(Kind::Danger, t.shared.revoke).small().submit())) }
        }
    }
}

fn new_invite(managed: &Managed<'_>) -> Markup {
    let t = managed.strings();
    let lengths = [
        Choice { value: "3600", label: t.members.for_1h },
        Choice { value: "86400", label: t.members.for_1d },
        Choice { value: "604800", label: t.members.for_1w },
    ];
    let fields = html! {
        div.fields-two {
            (ends(managed, lengths, "604800"))
            (Field::text("max_uses", t.members.max_uses).kind("number").min("1").optional(t.shared.optional).show())
        }
        div.form-foot { (Button::new(Kind::Primary, t.members.create_invite).icon(Icon::Add).submit()) }
    };
    shown_once(&managed.address("invites"), &fields)
}
