//! People and channels as commands name them: by a name, or by an id in the form in which mentions are stored.

use std::str::FromStr;

use ajet_protocol::{ChannelId, UserId};

/// A person, as they were named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonRef {
    /// `@<user:…>`
    Id(UserId),
    /// `@ann`: a user name, or what the person calls themselves.
    Named(String),
}

/// A channel, as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelRef {
    /// `#<channel:…>`
    Id(ChannelId),
    /// `#general`
    Named(String),
}

/// The person that a word names; `None` where it names none. The sign may be left out.
pub(super) fn person(word: &str) -> Option<PersonRef> {
    if let Some(id) = stored(word, '@', "user") {
        return Some(PersonRef::Id(id));
    }
    name(word, '@').map(PersonRef::Named)
}

/// The channel that a word names; `None` where it names none. The sign may be left out.
pub(super) fn channel(word: &str) -> Option<ChannelRef> {
    if let Some(id) = stored(word, '#', "channel") {
        return Some(ChannelRef::Id(id));
    }
    name(word, '#').map(ChannelRef::Named)
}

/// The id in `@<user:…>`; `<@user:…>` means the same.
fn stored<T: FromStr>(word: &str, sign: char, kind: &str) -> Option<T> {
    let inner = word.strip_suffix('>')?;
    let after_sign = inner.strip_prefix(sign).and_then(|rest| rest.strip_prefix('<'));
    let inner = after_sign.or_else(|| inner.strip_prefix('<').and_then(|rest| rest.strip_prefix(sign)))?;
    inner.strip_prefix(kind)?.strip_prefix(':')?.parse().ok()
}

fn name(word: &str, sign: char) -> Option<String> {
    let name = word.strip_prefix(sign).unwrap_or(word).trim();
    (!name.is_empty() && !name.contains(['<', '>', '\0'])).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    #[test]
    fn people_and_channels_are_named_in_several_ways() {
        let by_name = |name: &str| Some(PersonRef::Named(name.to_owned()));
        for (word, expected) in [
            ("@ann".to_owned(), by_name("ann")),
            ("ann".to_owned(), by_name("ann")),
            ("@Ann Lee".to_owned(), by_name("Ann Lee")),
            (format!("@<user:{ID}>"), Some(PersonRef::Id(UserId(ID)))),
            (format!("<@user:{ID}>"), Some(PersonRef::Id(UserId(ID)))),
            ("@<user:7>".to_owned(), None),
            (format!("@<role:{ID}>"), None),
            ("@".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(person(&word), expected, "{word}");
        }
        assert_eq!(channel("#general"), Some(ChannelRef::Named("general".into())));
        assert_eq!(channel(&format!("#<channel:{ID}>")), Some(ChannelRef::Id(ChannelId(ID))));
        assert_eq!((channel("#"), channel("#<here>")), (None, None));
    }
}
