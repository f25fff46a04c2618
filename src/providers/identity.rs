//! Who somebody is, as a provider says it.

use ajet_protocol::limits;

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
