//! The picture that somebody is shown by, or their initials.

use ajet_protocol::User;
use maud::{Markup, html};

use crate::components::{colour, initials, own_picture};

/// A person's picture: says nothing beside their name. `data-person` is where a script shows that they are online.
#[must_use]
pub fn avatar(user: &User) -> Markup {
    html! { span.c-avatar aria-hidden="true" data-person=(user.id) data-hue=(colour(user.id.0)) { (inside(user)) } }
}

/// The same in a message, whose row says who it is.
#[must_use]
pub fn face(user: &User) -> Markup {
    html! { span.c-avatar aria-hidden="true" data-hue=(colour(user.id.0)) { (inside(user)) } }
}

fn inside(user: &User) -> Markup {
    html! {
        @if let Some(path) = user.avatar_url.as_deref().and_then(own_picture) {
            img src=(path) alt="" width="36" height="36" loading="lazy" decoding="async";
        } @else { (initials(&user.display_name)) }
    }
}
