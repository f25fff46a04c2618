//! The people of a community, and what is done about one of them.

use ajet_protocol::{CustomRole, Member, Page, Permission, Role};
use maud::{Markup, html};

use super::Managed;
use crate::components::{
    Button, Choice, Dialog, Field, Icon, Kind, Select, Tone, badge, card, checkbox, chips, confirm,
    danger_card, empty, form, pager, person, table,
};
use crate::pages::inside::Content;
use crate::strings::{Strings, fill};

/// A member with the names of their custom roles.
#[derive(Debug, Clone)]
pub struct MemberShown<'a> {
    pub member: &'a Member,
    pub roles: Vec<&'a str>,
}

/// The list, of those whose names hold what was searched for. A plain form searches; each member has a page. Every member sees this one, so it
/// is where they leave. Form: `leave`.
#[must_use]
pub fn members(managed: &Managed<'_>, searched: &str, all: &Page<Member>, roles: &[CustomRole]) -> Markup {
    let t = managed.strings();
    let last = all.items.last().filter(|_| all.has_more).map(|last| last.user.id);
    // A search has one page: its text, which may hold anything, is not written into an address.
    let next = last.filter(|_| searched.is_empty()).map(|id| managed.address(&format!("members?after={id}")));
    let rows = html! { @for one in &all.items { (row(managed, &shown(one, roles))) } };
    let list = html! {
        form.form-inline method="get" action=(managed.address("members")) role="search" {
            (Field::text("q", t.members.search_members).kind("search").value(searched).max(80).show())
            (Button::new(Kind::Plain, t.shared.search).icon(Icon::Search).submit())
        }
        @if all.items.is_empty() { (empty(Icon::Members, t.shared.no_members, t.shared.no_members_hint, &html! {})) }
        @else { (table(t.members.members, &[t.shared.name, t.members.role, t.members.joined, ""], &rows)) }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = html! { (card(t.members.members, None, &list)) (leave(managed)) };
    managed.page("members", &Content { icon: Icon::Members, title: t.members.members, hint: "", body })
}

fn leave(managed: &Managed<'_>) -> Markup {
    let t = managed.strings();
    let dialog = Dialog { id: "leave-community", title: t.members.leave_community, close: t.shared.cancel };
    let question = fill(t.members.leave_community_ask, &[("community", &managed.community.name)]);
    danger_card(
        t.members.leave_community,
        Some(t.members.leave_community_hint),
        &html! {
            div { (confirm(dialog, &question, &managed.address("leave"), t.members.leave_community)) }
        },
    )
}

fn shown<'a>(member: &'a Member, roles: &'a [CustomRole]) -> MemberShown<'a> {
    let own = roles.iter().filter(|role| member.roles.contains(&role.id));
    MemberShown { member, roles: own.map(|role| role.name.as_str()).collect() }
}

fn role_word(t: &Strings, role: Role) -> &'static str {
    match role {
        Role::Owner => t.members.role_owner,
        Role::Admin => t.members.role_admin,
        Role::Member => t.members.role_member,
    }
}

fn row(managed: &Managed<'_>, shown: &MemberShown<'_>) -> Markup {
    let (t, member) = (managed.strings(), shown.member);
    let tone = if member.role == Role::Member { Tone::Plain } else { Tone::Accent };
    html! {
        tr {
            th scope="row" { (person(&member.user, t.shared.bot)) }
            td { span.row {
                (badge(role_word(t, member.role), tone))
                @if member.muted_until.is_some() { (badge(t.members.muted, Tone::Warn)) }
                (chips(shown.roles.iter().copied()))
            } }
            td.num { (managed.inside.viewer.clock.day(member.joined_at)) }
            td.end { (Button::new(Kind::Plain, t.shared.manage).small().link(&managed.address(&format!("members/{}", member.user.id)))) }
        }
    }
}

/// One member. Forms below `members/{id}`: itself, `mute`, `unmute`, `kick`, `ban`.
#[must_use]
pub fn member(managed: &Managed<'_>, member: &Member, roles: &[CustomRole]) -> Markup {
    let t = managed.strings();
    let is_self = member.user.id == managed.inside.me.id;
    let body = html! {
        div.card { (person(&member.user, t.shared.bot)) }
        @if managed.may(Permission::ManageMembers) { (card(t.members.role_and_name, None, &changes(managed, member, roles))) }
        @if managed.may(Permission::MuteMembers) && !is_self { (card(t.members.mute, Some(t.members.mute_hint), &mute(managed, member))) }
        @if !is_self && (managed.may(Permission::KickMembers) || managed.may(Permission::BanMembers)) {
            (danger_card(t.members.remove_member, None, &removal(managed, member)))
        }
    };
    let content = Content { icon: Icon::Person, title: &member.user.display_name, hint: "", body };
    managed.page("members", &content)
}

fn address(managed: &Managed<'_>, member: &Member, end: &str) -> String {
    managed.address(&format!("members/{}{end}", member.user.id))
}

fn changes(managed: &Managed<'_>, member: &Member, roles: &[CustomRole]) -> Markup {
    let t = managed.strings();
    let nickname = member.nickname.as_deref().unwrap_or_default();
    let choices = [Role::Member, Role::Admin, Role::Owner]
        .map(|role| Choice { value: role.as_str(), label: role_word(t, role) });
    let chosen = member.role.as_str();
    let role = Select {
        name: "role",
        label: t.members.role,
        id: "role",
        hint: Some(t.members.role_choice_hint),
        choices: &choices,
        chosen,
    };
    let fields = html! {
        div.fields-two {
            (role.show())
            (Field::text("nickname", t.members.nickname).value(nickname).optional(t.shared.optional).hint(t.members.nickname_hint).max(80).show())
        }
        @if !roles.is_empty() {
            fieldset.fieldset {
                legend { (t.shared.roles) }
                div { @for one in roles { (checkbox("roles", &one.id.to_string(), &one.name, member.roles.contains(&one.id))) } }
            }
        }
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    form(&address(managed, member, ""), &fields)
}

fn mute(managed: &Managed<'_>, member: &Member) -> Markup {
    let t = managed.strings();
    if let Some(until) = member.muted_until {
        let fields = html! {
            p { (t.members.muted_until) " " (managed.inside.viewer.clock.moment(until)) }
            div.form-foot { (Button::new(Kind::Plain, t.members.unmute).submit()) }
        };
        return form(&address(managed, member, "/unmute"), &fields);
    }
    let choices = [
        Choice { value: "600", label: t.members.for_10m },
        Choice { value: "3600", label: t.members.for_1h },
        Choice { value: "86400", label: t.members.for_1d },
        Choice { value: "604800", label: t.members.for_1w },
        Choice { value: "", label: t.members.until_lifted },
    ];
    let time = Select {
        name: "seconds",
        label: t.members.mute_for,
        id: "seconds",
        hint: None,
        choices: &choices,
        chosen: "3600",
    };
    let fields = html! {
        div.fields-two {
            (time.show())
            (Field::text("reason", t.members.reason).id("mute-reason").optional(t.shared.optional).max(500).show())
        }
        div.form-foot { (Button::new(Kind::Plain, t.members.mute).submit()) }
    };
    form(&address(managed, member, "/mute"), &fields)
}

fn removal(managed: &Managed<'_>, member: &Member) -> Markup {
    let t = managed.strings();
    let name = [("name", member.user.display_name.as_str())];
    let kick = Dialog { id: "kick", title: t.members.kick, close: t.shared.cancel };
    let ban = Dialog { id: "ban", title: t.members.ban, close: t.shared.cancel };
    let reason = |id| {
        Field::text("reason", t.members.reason)
            .id(id)
            .optional(t.shared.optional)
            .hint(t.members.reason_hint)
            .max(500)
            .show()
    };
    html! {
        div.row {
            @if managed.may(Permission::KickMembers) {
                (Button::new(Kind::Danger, t.members.kick).small().opens("kick"))
                (kick.ask(&fill(t.members.kick_ask, &name), &reason("kick-reason"), &address(managed, member, "/kick"), Button::new(Kind::Danger, t.members.kick)))
            }
            @if managed.may(Permission::BanMembers) {
                (Button::new(Kind::Danger, t.members.ban).small().opens("ban"))
                (ban.ask(&fill(t.members.ban_ask, &name), &reason("ban-reason"), &address(managed, member, "/ban"), Button::new(Kind::Danger, t.members.ban)))
            }
        }
    }
}
