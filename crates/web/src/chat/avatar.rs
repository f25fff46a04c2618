//! The picture that somebody is shown by, or their initial.

use ajet_protocol::User;
use maud::{Markup, html};

use crate::components::{colour, own_picture};

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
        } @else { (initial(&user.display_name)) }
    }
}

fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
}
