//! The picture that somebody is shown by, or their initials.

use ajet_protocol::User;
use maud::{Markup, html};

use crate::components::{initials, own_picture};

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
        } @else { (initials(&user.display_name)) }
    }
}

/// The path of one of our own pictures. The page's policy lets pictures come from this server alone, so one that is elsewhere is not shown.
pub fn path(address: Option<&str>) -> Option<&str> {
    address.and_then(own_picture)
}

/// One of eight colours, the same for a person everywhere.
fn hue(user: &User) -> u8 {
    user.id.0.as_bytes()[15] % 8
}

#[cfg(test)]
mod tests {
    use super::path;

    /// Readers would ask for it with their cookies.
    #[test]
    fn no_picture_is_an_address_of_another_route() {
        let ours = "https://chat.example/media/avatars/0197f000-0000-7000-8000-000000000001/64";
        assert_eq!(path(Some(ours)), Some(&ours["https://chat.example".len()..]));
        for other in [
            "https://evil.example/x/media/../api/me",
            "https://evil.example/?/media/../sign-out",
            "/media/../api/me",
            "https://evil.example/media/%2e%2e/api/me",
        ] {
            assert_eq!(path(Some(other)), None, "{other}");
        }
        assert_eq!(path(None), None);
    }
}
