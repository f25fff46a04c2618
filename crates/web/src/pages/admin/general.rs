//! A community's name, address and picture; and its end.

use ajet_protocol::Permission;
use maud::{Markup, html};

use super::Managed;
use super::picture::{Pictured, picture};
use crate::components::{Button, Dialog, Field, Icon, Kind, card, confirm, danger_card, form};
use crate::pages::inside::Content;
use crate::strings::fill;

/// The page. Forms: `general`, `picture`, `picture/remove`, `delete`.
#[must_use]
pub fn general(managed: &Managed<'_>) -> Markup {
    let (t, community) = (managed.strings(), managed.community);
    let whose =
        Pictured { id: community.id.0, name: &community.name, avatar_url: community.avatar_url.as_deref() };
    let body = html! {
        (card(t.shared.picture, Some(t.community.community_picture_hint), &picture(managed, whose, "picture")))
        (card(t.community.name_and_address, None, &names(managed)))
        @if managed.may(Permission::ManageCommunity) { (end(managed)) }
    };
    managed.page("general", &Content { icon: Icon::General, title: t.shared.general, hint: "", body })
}

fn names(managed: &Managed<'_>) -> Markup {
    let (t, community) = (managed.strings(), managed.community);
    let slug = Field::text("slug", t.shared.community_slug)
        .value(&community.slug)
        .hint(t.community.slug_change_hint)
        .required()
        .max(40);
    let fields = html! {
        div.fields-two {
            (Field::text("name", t.shared.community_name).value(&community.name).required().max(80).show())
            (slug.pattern("[a-z0-9\\-]{2,40}").show())
        }
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    form(&managed.address("general"), &fields)
}

fn end(managed: &Managed<'_>) -> Markup {
    let t = managed.strings();
    let dialog =
        Dialog { id: "delete-community", title: t.community.delete_community, close: t.shared.cancel };
    let question = fill(t.community.delete_community_ask, &[("community", &managed.community.name)]);
    danger_card(
        t.community.delete_community,
        Some(t.community.delete_community_hint),
        &html! {
            div { (confirm(dialog, &question, &managed.address("delete"), t.community.delete_community)) }
        },
    )
}
