//! The picture of a community or of a program in it, and the forms that set it and take it away.

use maud::{Markup, html};
use uuid::Uuid;

use super::Managed;
use crate::components::{Button, Icon, Kind, Size, act, community_avatar, upload};

/// Whose picture it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pictured<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub avatar_url: Option<&'a str>,
}

/// The picture and its forms, at this end of an address and at `…/remove`.
pub(super) fn picture(managed: &Managed<'_>, whose: Pictured<'_>, end: &str) -> Markup {
    let t = managed.strings();
    let file = html! {
        div.field {
            label.field-label for="file" { (t.choose_picture) }
            input.input id="file" name="file" type="file" required accept="image/png,image/jpeg,image/gif,image/webp";
        }
        (Button::new(Kind::Plain, t.upload).submit())
    };
    let remove = managed.address(&format!("{end}/remove"));
    html! {
        div.settings-picture {
            (community_avatar(whose.id, whose.name, whose.avatar_url, Size::Large))
            (upload(&managed.address(end), &file))
            @if whose.avatar_url.is_some() {
                (act(&remove, &Button::new(Kind::Quiet, t.remove_picture).icon(Icon::Remove).submit()))
            }
        }
    }
}
