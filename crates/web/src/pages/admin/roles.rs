//! Custom roles, and the permissions of each.

use ajet_protocol::{CustomRole, Permission, Permissions};
use maud::{Markup, html};

use super::Managed;
use super::permissions::words;
use crate::components::{
    Button, Dialog, Field, Icon, Kind, Tone, badge, card, confirm, danger_card, empty, form,
};
use crate::pages::inside::Content;
use crate::strings::{count, fill};

/// The list of roles. Form: `roles`.
#[must_use]
pub fn roles(managed: &Managed<'_>, all: &[CustomRole]) -> Markup {
    let t = managed.strings();
    let list = html! {
        @if all.is_empty() { (empty(Icon::Roles, t.roles.no_roles, t.roles.no_roles_hint, &html! {})) }
        @else { ul.rows { @for one in all { li { (row(managed, one)) } } } }
    };
    let fields = html! {
        div.form-inline {
            (Field::text("name", t.shared.name).required().max(80).show())
            (Button::new(Kind::Primary, t.roles.create_role).submit())
        }
    };
    let body = html! {
        (card(t.shared.roles, None, &list))
        (card(t.roles.new_role, Some(t.roles.new_role_hint), &form(&managed.address("roles"), &fields)))
    };
    managed
        .page("roles", &Content { icon: Icon::Roles, title: t.shared.roles, hint: t.roles.roles_hint, body })
}

fn row(managed: &Managed<'_>, role: &CustomRole) -> Markup {
    let t = managed.strings();
    let granted = i64::try_from(role.permissions.len()).unwrap_or_default();
    html! {
        div.row {
            (Icon::Roles.small()) strong dir="auto" { (role.name) }
            (badge(&count(granted, t.roles.permission_one, t.roles.permission_many), Tone::Plain))
        }
        (Button::new(Kind::Plain, t.shared.edit).small().link(&managed.address(&format!("roles/{}", role.id))))
    }
}

/// One role with its table of permissions. Forms: `roles/{id}`, `roles/{id}/delete`.
#[must_use]
pub fn role(managed: &Managed<'_>, role: &CustomRole) -> Markup {
    let t = managed.strings();
    let position = role.position.to_string();
    let fields = html! {
        div.fields-two {
            (Field::text("name", t.shared.name).value(&role.name).required().max(80).show())
            (Field::text("position", t.roles.position).kind("number").value(&position).min("0").hint(t.roles.position_hint).required().show())
        }
        (table(managed, Permissions::of(&role.permissions)))
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    let at = format!("roles/{}", role.id);
    let dialog = Dialog { id: "delete-role", title: t.roles.delete_role, close: t.shared.cancel };
    let question = fill(t.roles.delete_role_ask, &[("role", &role.name)]);
    let body = html! {
        (card(&role.name, None, &form(&managed.address(&at), &fields)))
        (danger_card(t.roles.delete_role, Some(t.roles.delete_role_hint), &html! {
            div { (confirm(dialog, &question, &managed.address(&format!("{at}/delete")), t.roles.delete_role)) }
        }))
    };
    managed.page("roles", &Content { icon: Icon::Roles, title: &role.name, hint: t.roles.role_hint, body })
}

/// What the role grants; beside it what every member may do anyway.
fn table(managed: &Managed<'_>, granted: Permissions) -> Markup {
    let t = managed.strings();
    let usual = Permissions::of_role(ajet_protocol::Role::Member);
    html! {
        div.table-wrap {
            table.table.perms {
                caption.hidden { (t.roles.permissions) }
                thead { tr { th scope="col" { (t.shared.permission) } th.mid scope="col" { (t.shared.every_member) } th.mid scope="col" { (t.roles.this_role) } } }
                tbody { @for one in Permission::ALL { tr {
                    @let id = format!("may-{}", one.as_str());
                    th scope="row" { label for=(id) { (words(t, *one)) } }
                    td.mid { @if usual.contains(*one) { span.soft { (Icon::Check.small()) span.hidden { (t.roles.yes) } } } }
                    td.mid { input id=(id) type="checkbox" name="permissions" value=(one.as_str()) checked[granted.contains(*one)]; }
                } } }
            }
        }
    }
}
