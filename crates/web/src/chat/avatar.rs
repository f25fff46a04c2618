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

#[cfg(test)]
mod tests {
    use ajet_protocol::{Timestamp, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_without_a_picture_is_shown_by_initials() {
        let ours = "https://chat.example/media/avatars/0197f000-0000-7000-8000-000000000001/64";
        let elsewhere = "https://evil.example/pixel.png";
        let mut ann = User {
            id: UserId(Uuid::from_u128(3)),
            username: "ann".into(),
            display_name: "Ann Lee".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(0),
        };
        for (picture, has_initials) in [(None, true), (Some(ours), false), (Some(elsewhere), true)] {
            ann.avatar_url = picture.map(str::to_owned);
            for shown in [avatar(&ann), face(&ann)] {
                let shown = shown.into_string();
                assert_eq!(shown.contains(">AL<"), has_initials, "{shown}");
                assert_eq!(shown.contains("<img"), !has_initials, "{shown}");
            }
        }
    }
}
