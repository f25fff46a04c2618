//! What others see of a person: picture, name, status, and whether they are there.

use std::collections::HashMap;

use ajet_protocol::{Community, CommunityId, Me, PresenceMode};
use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Field, Icon, Kind, Size, avatar, avatar_with, card, form, switch};
use crate::pages::inside::{Content, Inside};
use crate::pages::picture::Picture;

/// The page; `pictures` are those that the person has in single communities. Forms: `POST /settings/profile`, `/settings/picture` and
/// `/settings/communities/{community}/picture`, each of these also with `/remove`, and `/settings/presence`.
#[must_use]
pub fn profile(inside: &Inside<'_>, me: &Me, pictures: &HashMap<CommunityId, String>) -> Markup {
    let t = inside.viewer.strings();
    let body = html! {
        (card(t.shared.picture, Some(t.shared.picture_hint), &picture(inside, me)))
        (card(t.settings.profile, None, &names(inside, me)))
        @if !inside.communities.is_empty() {
            (card(t.shared.communities, Some(t.settings.pictures_by_community), &pictures_in(inside, me, pictures)))
        }
        (card(t.settings.presence, None, &presence(inside, me)))
    };
    let content =
        Content { icon: Icon::Person, title: t.settings.profile, hint: t.settings.profile_hint, body };
    frame::page(inside, "/settings/profile", &content)
}

fn picture(inside: &Inside<'_>, me: &Me) -> Markup {
    let picture = Picture {
        shown: avatar(&me.user, Size::Large),
        is_set: me.user.avatar_url.is_some(),
        place: None,
        address: "/settings/picture",
        field: "file",
    };
    picture.show(inside.viewer.strings())
}

fn pictures_in(inside: &Inside<'_>, me: &Me, pictures: &HashMap<CommunityId, String>) -> Markup {
    let picture = |one: &Community| {
        let there = pictures.get(&one.id).map(String::as_str);
        let (address, field) =
            (format!("/settings/communities/{}/picture", one.id), format!("file-{}", one.id));
        let picture = Picture {
            shown: avatar_with(&me.user, there.or(me.user.avatar_url.as_deref()), Size::Large),
            is_set: there.is_some(),
            place: Some(&one.name),
            address: &address,
            field: &field,
        };
        picture.show(inside.viewer.strings())
    };
    html! { @for one in inside.communities { (picture(one)) } }
}

fn names(inside: &Inside<'_>, me: &Me) -> Markup {
    let t = inside.viewer.strings();
    let status = me.user.status_text.as_deref().unwrap_or_default();
    let fields = html! {
        div.fields-two {
            (Field::text("display_name", t.shared.display_name).value(&me.user.display_name).required().max(80).autocomplete("name").show())
            div.field {
                span.field-label { (t.shared.username) }
                p { "@" (me.user.username) }
                span.field-hint { (t.settings.username_stays) }
            }
        }
        (Field::text("status_text", t.settings.status_text).value(status).optional(t.shared.optional).hint(t.settings.status_hint).max(500).show())
        @if let Some(email) = &me.email { p.faint { (t.settings.email) ": " bdi { (email) } " · " (t.settings.email_hint) } }
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    form("/settings/profile", &fields)
}

fn presence(inside: &Inside<'_>, me: &Me) -> Markup {
    let t = inside.viewer.strings();
    let hidden = me.presence == PresenceMode::Invisible;
    let fields = html! {
        (switch("invisible", t.settings.invisible, Some(t.settings.invisible_hint), hidden))
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    form("/settings/presence", &fields)
}
