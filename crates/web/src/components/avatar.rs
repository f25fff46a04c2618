//! A person or community as a small picture: their own, or their initials on a colour that stays theirs.

use ajet_protocol::User;
use maud::{Markup, html};
use uuid::Uuid;

/// How large a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Small,
    Normal,
    Large,
}

/// Colours in the style sheet.
const COLOURS: u128 = 8;

/// The number of a person's or community's colour, the same everywhere.
#[must_use]
pub fn colour(id: Uuid) -> u128 {
    id.as_u128() % COLOURS
}

/// A person's picture. Their name stands beside it, so it is not read out.
#[must_use]
pub fn avatar(person: &User, size: Size) -> Markup {
    avatar_with(person, person.avatar_url.as_deref(), size)
}

/// A person with another picture than that of their account; without any their initials.
#[must_use]
pub fn avatar_with(person: &User, picture: Option<&str>, size: Size) -> Markup {
    shown(person.id.0, &person.display_name, picture.and_then(own_picture), size)
}

/// A community's picture.
#[must_use]
pub fn community_avatar(id: Uuid, name: &str, avatar_url: Option<&str>, size: Size) -> Markup {
    shown(id, name, avatar_url.and_then(own_picture), size)
}

/// A person with their names beside the picture.
#[must_use]
pub fn person(person: &User, bot_badge: &str) -> Markup {
    html! {
        div.person {
            (avatar(person, Size::Normal))
            div {
                strong.cut dir="auto" { (person.display_name) }
                @if person.bot { span { span.badge { (bot_badge) } } } @else { span.username { "@" (person.username) } }
            }
        }
    }
}

fn shown(id: Uuid, name: &str, picture: Option<&str>, size: Size) -> Markup {
    let size = match size {
        Size::Small => "avatar-s",
        Size::Normal => "avatar-m",
        Size::Large => "avatar-l",
    };
    html! {
        span class={ "avatar " (size) " avatar-" (colour(id)) } aria-hidden="true" {
            @if let Some(path) = picture { img src=(path) alt="" loading="lazy"; } @else { (initials(name)) }
        }
    }
}

/// The first letters of the first and the last word; of one word its first letter.
#[must_use]
pub fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let letters: Vec<char> = name.split_whitespace().filter_map(first).collect();
    match letters.as_slice() {
        [] => name.trim().chars().take(1).collect(),
        [one] => one.to_string(),
        [one, .., last] => [*one, *last].iter().collect(),
    }
}

/// The path of a picture that this server keeps. One that is elsewhere is not shown: its host would learn who looks at it.
#[must_use]
pub fn own_picture(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/-".contains(&byte);
    (path.starts_with("/media/") && path.bytes().all(fits)).then_some(path)
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{Timestamp, UserId};

    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        for (name, letters) in [
            ("Ann", "A"),
            ("ann lee", "al"),
            ("Ana María de la Cruz", "AC"),
            ("  (Bob)  [Smith] ", "BS"),
            ("李 小龙", "李小"),
            ("🦀", "🦀"),
            ("", ""),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

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
            let shown = avatar(&ann, Size::Small).into_string();
            assert_eq!(shown.contains(">AL<"), has_initials, "{shown}");
            assert_eq!(shown.contains("<img"), !has_initials, "{shown}");
            let shown = community_avatar(ann.id.0, "Ann Lee", picture, Size::Small).into_string();
            assert_eq!(shown.contains(">AL<"), has_initials, "{shown}");
            assert_eq!(shown.contains("<img"), !has_initials, "{shown}");
        }
    }

    /// An address of another route would be asked for with the reader's cookies.
    #[test]
    fn pictures_come_from_this_server_alone() {
        let ours = "https://chat.example/media/avatars/0197f000-0000-7000-8000-000000000001/64";
        assert_eq!(own_picture(ours), Some(&ours["https://chat.example".len()..]));
        for foreign in [
            "https://evil.example/pixel.png",
            "https://evil.example/media/../x.png",
            "https://evil.example/media/%2e%2e/api/me",
            "https://evil.example/x/media/../api/me",
            "https://evil.example/?/media/../sign-out",
            "https://evil.example",
            "/media/avatars/1/64",
            "/media/../api/me",
            "https://x/media/a?b",
            "https://x/media/\" onerror=alert(1)",
        ] {
            assert_eq!(own_picture(foreign), None, "{foreign}");
        }
    }
}
