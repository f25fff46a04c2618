//! The picture that somebody is shown by, or their initial.

use ajet_protocol::User;
use maud::{Markup, html};

/// Where our own pictures are. The page's policy lets pictures come from this server alone, so one that is elsewhere is not shown.
const OURS: &str = "/media/";

/// A person's picture: says nothing beside their name. `data-person` is where a script shows that they are online.
#[must_use]
pub fn avatar(user: &User) -> Markup {
    html! { span.c-avatar aria-hidden="true" data-person=(user.id) data-hue=(hue(user)) { (inside(user)) } }
}

/// The same in a message, whose row says who it is.
#[must_use]
pub fn face(user: &User) -> Markup {
    html! { span.c-avatar aria-hidden="true" data-hue=(hue(user)) { (inside(user)) } }
}

fn inside(user: &User) -> Markup {
    html! {
        @if let Some(path) = path(user.avatar_url.as_deref()) {
            img src=(path) alt="" width="36" height="36" loading="lazy" decoding="async";
        } @else { (initial(&user.display_name)) }
    }
}

/// The path of one of our own pictures.
pub fn path(address: Option<&str>) -> Option<&str> {
    let address = address?;
    address.find(OURS).map(|at| &address[at..])
}

fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
}

/// One of eight colours, the same for a person everywhere.
fn hue(user: &User) -> u8 {
    user.id.0.as_bytes()[15] % 8
}
