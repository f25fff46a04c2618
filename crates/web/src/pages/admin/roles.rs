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
        @if all.is_empty() { (empty(Icon::Roles, t.no_roles, t.no_roles_hint, &html! {})) }
        @else { ul.rows { @for one in all { li { (row(managed, one)) } } } }
    };
    let fields = html! {
        div.form-inline {
            (Field::text("name", t.name).required().max(80).show())
            (Button::new(Kind::Primary, t.create_role).submit())
        }
    };
    let body = html! {
        (card(t.roles, None, &list))
        (card(t.new_role, Some(t.new_role_hint), &form(&managed.address("roles"), &fields)))
    };
    managed.page("roles", &Content { icon: Icon::Roles, title: t.roles, hint: t.roles_hint, body })
}

fn row(managed: &Managed<'_>, role: &CustomRole) -> Markup {
    let t = managed.strings();
    let granted = i64::try_from(role.permissions.len()).unwrap_or_default();
    html! {
        div.row {
            (Icon::Roles.small()) strong dir="auto" { (role.name) }
            (badge(&count(granted, t.permission_one, t.permission_many), Tone::Plain))
        }
        (Button::new(Kind::Plain, t.edit).small().link(&managed.address(&format!("roles/{}", role.id))))
    }
}

/// One role with its table of permissions. Forms: `roles/{id}`, `roles/{id}/delete`.
#[must_use]
pub fn role(managed: &Managed<'_>, role: &CustomRole) -> Markup {
    let t = managed.strings();
    let position = role.position.to_string();
    let fields = html! {
        div.fields-two {
            (Field::text("name", t.name).value(&role.name).required().max(80).show())
            (Field::text("position", t.position).kind("number").value(&position).min("0").hint(t.position_hint).required().show())
        }
        (table(managed, Permissions::of(&role.permissions)))
        div.form-foot { (Button::new(Kind::Primary, t.save).submit()) }
    };
    let at = format!("roles/{}", role.id);
    let dialog = Dialog { id: "delete-role", title: t.delete_role, close: t.cancel };
    let question = fill(t.delete_role_ask, &[("role", &role.name)]);
    let body = html! {
        (card(&role.name, None, &form(&managed.address(&at), &fields)))
        (danger_card(t.delete_role, Some(t.delete_role_hint), &html! {
            div { (confirm(dialog, &question, &managed.address(&format!("{at}/delete")), t.delete_role)) }
        }))
    };
    managed.page("roles", &Content { icon: Icon::Roles, title: &role.name, hint: t.role_hint, body })
}

/// What the role grants; beside it what every member may do anyway.
fn table(managed: &Managed<'_>, granted: Permissions) -> Markup {
    let t = managed.strings();
    let usual = Permissions::of_role(ajet_protocol::Role::Member);
    html! {
        div.table-wrap {
            table.table.perms {
                caption.hidden { (t.permissions) }
                thead { tr { th scope="col" { (t.permission) } th.mid scope="col" { (t.every_member) } th.mid scope="col" { (t.this_role) } } }
                tbody { @for one in Permission::ALL { tr {
                    @let id = format!("may-{}", one.as_str());
                    th scope="row" { label for=(id) { (words(t, *one)) } }
                    td.mid { @if usual.contains(*one) { span.soft { (Icon::Check.small()) span.hidden { (t.yes) } } } }
                    td.mid { input id=(id) type="checkbox" name="permissions" value=(one.as_str()) checked[granted.contains(*one)]; }
                } } }
            }
        }
    }
}
