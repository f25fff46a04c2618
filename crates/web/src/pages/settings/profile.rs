//! What others see of a person: picture, name, status, and whether they are there.

use ajet_protocol::{Me, PresenceMode};
use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Field, Icon, Kind, Size, act, avatar, card, form, switch, upload};
use crate::pages::inside::{Content, Inside};

/// The page. Forms: `POST /settings/profile`, `/settings/picture`, `/settings/picture/remove`, `/settings/presence`.
#[must_use]
pub fn profile(inside: &Inside<'_>, me: &Me) -> Markup {
    let t = inside.viewer.strings();
    let body = html! {
        (card(t.picture, Some(t.picture_hint), &picture(inside, me)))
        (card(t.profile, None, &names(inside, me)))
        (card(t.presence, None, &presence(inside, me)))
    };
    let content = Content { icon: Icon::Person, title: t.profile, hint: t.profile_hint, body };
    frame::page(inside, "/settings/profile", &content)
}

fn picture(inside: &Inside<'_>, me: &Me) -> Markup {
    let t = inside.viewer.strings();
    let file = html! {
        div.field {
            label.field-label for="file" { (t.choose_picture) }
            input.input id="file" name="file" type="file" required accept="image/png,image/jpeg,image/gif,image/webp";
        }
        (Button::new(Kind::Plain, t.upload).submit())
    };
    html! {
        div.settings-picture {
            (avatar(&me.user, Size::Large))
            (upload("/settings/picture", &file))
            @if me.user.avatar_url.is_some() {
                (act("/settings/picture/remove", &Button::new(Kind::Quiet, t.remove_picture).icon(Icon::Remove).submit()))
            }
        }
    }
}

fn names(inside: &Inside<'_>, me: &Me) -> Markup {
    let t = inside.viewer.strings();
    let status = me.user.status_text.as_deref().unwrap_or_default();
    let fields = html! {
        div.fields-two {
            (Field::text("display_name", t.display_name).value(&me.user.display_name).required().max(80).autocomplete("name").show())
            div.field {
                span.field-label { (t.username) }
                p { "@" (me.user.username) }
                span.field-hint { (t.username_stays) }
            }
        }
        (Field::text("status_text", t.status_text).value(status).optional(t.optional).hint(t.status_hint).max(500).show())
        @if let Some(email) = &me.email { p.faint { (t.email) ": " bdi { (email) } " · " (t.email_hint) } }
        div.form-foot { (Button::new(Kind::Primary, t.save).submit()) }
    };
    form("/settings/profile", &fields)
}

fn presence(inside: &Inside<'_>, me: &Me) -> Markup {
    let t = inside.viewer.strings();
    let hidden = me.presence == PresenceMode::Invisible;
    let fields = html! {
        (switch("invisible", t.invisible, Some(t.invisible_hint), hidden))
        div.form-foot { (Button::new(Kind::Primary, t.save).submit()) }
    };
    form("/settings/presence", &fields)
}
