//! Who somebody is, as a provider says it. What is kept of its words is made fit for that here: ids are as they are or refused, all else is shown alone
//! and cut.

use ajet_protocol::{Trimmed, limits};

use super::ProviderError;

/// What a new person is called where nothing else is left of a name.
const NAMELESS: &str = "user";
/// Characters of a user name, with room for a number behind it.
const USERNAME_CHARS: usize = limits::USERNAME_CHARS - 8;

/// Somebody at a provider: known by `issuer` and `subject`, all else is only shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    /// What they are called there.
    pub username: String,
    pub display_name: Option<String>,
    /// An address that the provider has verified.
    pub email: Option<String>,
    /// What the provider calls the session there, where it ends sessions here.
    pub session: Option<String>,
}

/// Without the person.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What a provider says of somebody, in its own words.
#[derive(Clone, Copy, Default)]
pub(super) struct Said<'a> {
    /// Who the provider is.
    pub issuer: &'a str,
    pub subject: &'a str,
    pub username: Option<&'a str>,
    pub name: Option<&'a str>,
    /// An address that it has verified.
    pub email: Option<&'a str>,
    pub session: Option<&'a str>,
}

impl Said<'_> {
    /// Who that is.
    pub fn identity(&self) -> Result<Identity, ProviderError> {
        Ok(Identity {
            issuer: self.issuer.to_owned(),
            subject: id(self.subject)?,
            username: self
                .username
                .and_then(|name| line(name, limits::PROVIDER_USERNAME_CHARS))
                .unwrap_or_default(),
            display_name: self.name.and_then(|name| line(name, limits::NAME_CHARS)),
            email: self.email.filter(|address| is_address(address)).map(str::to_owned),
            session: self.session.map(id).transpose()?,
        })
    }
}

/// What a provider knows somebody or something by: it is compared and never changed.
pub(super) fn id(text: &str) -> Result<String, ProviderError> {
    if (1..=limits::PROVIDER_ID_BYTES).contains(&text.len()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(ProviderError::Unbelievable("it gives an id that can be none"))
}

/// Text to be shown, on one line; `None` where nothing is left.
fn line(text: &str, most: usize) -> Option<String> {
    // What is cut away later need not be read.
    let plain: String = text.trim().chars().filter(|c| !c.is_control()).take(2 * most).collect();
    let cut = String::from(Trimmed::from(plain).cut(most));
    (!cut.is_empty()).then_some(cut)
}

fn is_address(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || c.is_whitespace();
    text.chars().count() <= limits::EMAIL_CHARS && !text.contains(is_odd)
}

impl Identity {
    /// A user name of ours that is like the name there, and may be taken.
    #[must_use]
    pub fn username_like(&self) -> String {
        // Some providers take an e-mail address for a name: what stands behind the `@` says who pays for it.
        let name = self.username.split('@').next().unwrap_or_default();
        let plain: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
            .take(USERNAME_CHARS)
            .collect();
        let plain = plain.trim_matches(['-', '.', '_']);
        if plain.is_empty() { NAMELESS.to_owned() } else { plain.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: Said<'_> = Said {
        issuer: "https://id.example",
        subject: "7",
        username: Some("ann"),
        name: Some("Ann"),
        email: Some("ann@example.org"),
        session: Some("s1"),
    };

    #[test]
    fn what_is_shown_is_one_line_and_short() {
        let identity = SAID.identity().expect("is good");
        assert_eq!((identity.subject.as_str(), identity.session.as_deref()), ("7", Some("s1")));
        let (long, odd) = ("ä".repeat(200_000), " \0a\u{1b}b\r\n\u{85}c ");
        let cut = Said { username: Some(&long), name: Some(&long), email: Some(&long), ..SAID };
        let cut = cut.identity().expect("is cut");
        assert_eq!(cut.username.chars().count(), limits::PROVIDER_USERNAME_CHARS);
        assert_eq!(cut.display_name.map(|name| name.chars().count()), Some(limits::NAME_CHARS));
        assert_eq!(cut.email, None);
        let plain = Said { username: Some(odd), name: Some(odd), email: Some("a\0@example.org"), ..SAID };
        let plain = plain.identity().expect("is made plain");
        assert_eq!((plain.username.as_str(), plain.display_name.as_deref()), ("abc", Some("abc")));
        assert_eq!(plain.email, None);
        let nothing = Said { username: Some("\0"), name: Some(" "), ..SAID }.identity().expect("is good");
        assert_eq!((nothing.username.as_str(), nothing.display_name), ("", None));
    }

    #[test]
    fn an_id_is_as_it_is_or_refused() {
        let (longest, longer) = ("x".repeat(255), "x".repeat(256));
        assert_eq!(Said { subject: &longest, ..SAID }.identity().expect("fits").subject, longest);
        for bad in ["", "a\0", "a\nb", "\u{85}", longer.as_str()] {
            assert!(Said { subject: bad, ..SAID }.identity().is_err(), "{bad:?}");
            assert!(Said { session: Some(bad), ..SAID }.identity().is_err(), "{bad:?}");
        }
        assert_eq!(Said { subject: " a ", ..SAID }.identity().expect("fits").subject, " a ");
    }

    #[test]
    fn a_user_name_is_like_the_one_there() {
        for (there, here) in [
            ("octocat", "octocat"),
            ("Ann O'Hara", "Ann-O-Hara"),
            ("ann@example.org", "ann"),
            ("ännchen", "nnchen"),
            ("日本", "user"),
            ("", "user"),
            ("../..", "user"),
            ("a\u{202e}b", "a-b"),
        ] {
            let identity = Identity {
                issuer: String::new(),
                subject: String::new(),
                username: there.into(),
                display_name: None,
                email: None,
                session: None,
            };
            assert_eq!(identity.username_like(), here, "{there:?}");
            let long = Identity { username: "x".repeat(1000), ..identity };
            assert_eq!(long.username_like().len(), 56);
            assert!(!format!("{long:?}").contains("xx"));
        }
    }
}
