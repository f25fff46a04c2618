//! The picture that somebody is shown by, or their initials.

use ajet_protocol::{Member, User};
use maud::{Markup, html};

use crate::components::{colour, initials, own_picture};

/// A person's picture: says nothing beside their name. `data-person` is where a script shows that they are online.
#[must_use]
pub fn avatar(user: &User) -> Markup {
    present(user, user.avatar_url.as_deref())
}

/// A member's picture: the one that they have in the community, or that of their account.
#[must_use]
pub fn member_avatar(member: &Member) -> Markup {
    present(&member.user, member.avatar_url.as_deref().or(member.user.avatar_url.as_deref()))
}

/// The same in a message, whose row says who it is.
#[must_use]
pub fn face(user: &User) -> Markup {
    html! { span.c-avatar aria-hidden="true" data-hue=(colour(user.id.0)) { (inside(user, user.avatar_url.as_deref())) } }
}

fn present(user: &User, picture: Option<&str>) -> Markup {
    html! { span.c-avatar aria-hidden="true" data-person=(user.id) data-hue=(colour(user.id.0)) { (inside(user, picture)) } }
}

fn inside(user: &User, picture: Option<&str>) -> Markup {
    html! {
        @if let Some(path) = picture.and_then(own_picture) {
            img src=(path) alt="" width="36" height="36" loading="lazy" decoding="async";
        } @else { (initials(&user.display_name)) }
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{Role, Timestamp, UserId};
    use uuid::Uuid;

    use super::*;

    fn ann(avatar_url: Option<&str>) -> User {
        User {
            id: UserId(Uuid::from_u128(3)),
            username: "ann".into(),
            display_name: "Ann Lee".into(),
            avatar_url: avatar_url.map(str::to_owned),
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(0),
        }
    }

    #[test]
    fn a_person_without_a_picture_is_shown_by_initials() {
        let ours = "https://chat.example/media/avatars/0197f000-0000-7000-8000-000000000001/64";
        let elsewhere = "https://evil.example/pixel.png";
        for (picture, has_initials) in [(None, true), (Some(ours), false), (Some(elsewhere), true)] {
            let ann = ann(picture);
            for shown in [avatar(&ann), face(&ann)] {
                let shown = shown.into_string();
                assert_eq!(shown.contains(">AL<"), has_initials, "{shown}");
                assert_eq!(shown.contains("<img"), !has_initials, "{shown}");
            }
        }
    }

    #[test]
    fn a_member_is_shown_by_the_picture_that_they_have_there() {
        let [everywhere, there] = ["/media/avatars/1/64", "/media/avatars/2/64"];
        let address = |path| format!("https://chat.example{path}");
        let mut ann = Member {
            user: ann(Some(&address(everywhere))),
            role: Role::Member,
            roles: vec![],
            nickname: None,
            avatar_url: None,
            muted_until: None,
            joined_at: Timestamp::from_unix_millis(0),
        };
        for (picture, shown) in [(None, everywhere), (Some(address(there)), there)] {
            ann.avatar_url = picture;
            assert!(member_avatar(&ann).into_string().contains(&format!("src=\"{shown}\"")), "{shown}");
        }
    }
}
