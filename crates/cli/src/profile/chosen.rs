//! Which profile, server and token a command uses.

use super::{Kept, Profile, Profiles, Secrets};
use crate::failure::Failure;
use crate::server::{self, LOCAL};
use crate::surroundings::Variables;

/// The profile of who never named one.
const USUAL: &str = "default";

/// What the command line asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    pub profile: Option<&'a str>,
    pub server: Option<&'a str>,
    /// The command has no use for the token of the profile, and works where that can't be read.
    pub without_token: bool,
}

/// What is used.
#[derive(Clone)]
pub struct Chosen {
    pub name: String,
    pub profile: Profile,
    /// The token, if there is one.
    pub token: Option<String>,
}

impl Chosen {
    /// What is used. A token of a profile goes to that profile's server alone; `AJET_CHAT_TOKEN` goes to the server that is asked for.
    ///
    /// # Errors
    /// When the profile that is asked for does not exist, or what is kept can't be read.
    pub fn of(asked: Asked<'_>, variables: &Variables) -> Result<Self, Failure> {
        let profiles = Profiles::load(variables)?;
        let named = asked.profile.or_else(|| variables.get("AJET_CHAT_PROFILE"));
        let name = named.or(profiles.current.as_deref()).unwrap_or(USUAL).to_owned();
        let kept = profiles.profiles.get(&name);
        let server = asked.server.or_else(|| variables.get("AJET_CHAT_SERVER"));
        if let (Some(named), None, None) = (named, kept, server) {
            let known: Vec<&str> = profiles.profiles.keys().map(String::as_str).collect();
            let known = if known.is_empty() { "none yet".to_owned() } else { known.join(", ") };
            return Err(Failure::argument(
                "--profile",
                format!("there is no profile {named}; there are: {known}"),
            ));
        }
        let address = match (server, kept) {
            (Some(server), _) => server::address(server)?,
            (None, Some(profile)) => server::address(&profile.server)?,
            (None, None) => LOCAL.to_owned(),
        };
        let profile = match kept {
            Some(profile) if server::address(&profile.server).is_ok_and(|own| own == address) => {
                profile.clone()
            }
            _ => Profile { server: address, username: None, community: None, credentials: Kept::File },
        };
        let token = match variables.get("AJET_CHAT_TOKEN") {
            Some(token) => Some(token.trim().to_owned()),
            None if kept == Some(&profile) && !asked.without_token => {
                Secrets::of(variables).find(&name, &profile)?
            }
            None => None,
        };
        Ok(Self { name, profile, token })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::write_private;

    const SERVER: &str = "https://chat.example.org";

    fn home() -> tempfile::TempDir {
        let home = tempfile::tempdir().expect("a folder");
        let variables = variables(&home, &[]);
        let profile =
            Profile { server: SERVER.into(), username: None, community: None, credentials: Kept::File };
        Secrets::of(&variables).keep("work", &profile, "secret").expect("is kept");
        let profiles = Profiles { current: Some("work".into()), profiles: [("work".into(), profile)].into() };
        profiles.save(&variables).expect("is kept");
        home
    }

    fn variables(home: &tempfile::TempDir, more: &[(&str, &str)]) -> Variables {
        let home = home.path().display().to_string();
        let own = [("HOME", home.as_str()), ("AJET_CHAT_CREDENTIALS", "file")];
        Variables::from_iter(own.into_iter().chain(more.iter().copied()))
    }

    fn chosen(asked: Asked<'_>, more: &[(&str, &str)]) -> (String, Option<String>) {
        let home = home();
        let chosen = Chosen::of(asked, &variables(&home, more)).expect("is chosen");
        (chosen.profile.server, chosen.token)
    }

    #[test]
    fn the_current_profile_is_used() {
        assert_eq!(chosen(Asked::default(), &[]), (SERVER.into(), Some("secret".into())));
    }

    #[test]
    fn a_token_is_shown_to_its_own_server_alone() {
        let elsewhere = Asked { server: Some("https://evil.example"), ..Asked::default() };
        assert_eq!(chosen(elsewhere, &[]), ("https://evil.example".into(), None));
        let by_variable = [("AJET_CHAT_SERVER", "https://evil.example")];
        assert_eq!(chosen(Asked::default(), &by_variable), ("https://evil.example".into(), None));
        let same = Asked { server: Some("https://chat.example.org/"), ..Asked::default() };
        assert_eq!(chosen(same, &[]), (SERVER.into(), Some("secret".into())));
    }

    #[test]
    fn a_script_brings_its_own_token() {
        let script = [("AJET_CHAT_SERVER", "http://10.0.0.1:8080"), ("AJET_CHAT_TOKEN", "other\n")];
        assert_eq!(chosen(Asked::default(), &script), ("http://10.0.0.1:8080".into(), Some("other".into())));
    }

    #[test]
    fn a_token_that_can_t_be_read_does_not_stop_who_needs_none() {
        let home = home();
        let variables = variables(&home, &[]);
        let path = variables.data_folder().expect("a folder").join("credentials.toml");
        write_private(&path, "broken").expect("is written");
        assert!(Chosen::of(Asked::default(), &variables).is_err());
        let asked = Asked { without_token: true, ..Asked::default() };
        let chosen = Chosen::of(asked, &variables).expect("is chosen");
        assert_eq!((chosen.profile.server.as_str(), chosen.token), (SERVER, None));
    }

    #[test]
    fn a_profile_that_is_not_there_is_named_with_those_that_are() {
        let home = home();
        let asked = Asked { profile: Some("home"), ..Asked::default() };
        let Err(Failure::Usage(text)) = Chosen::of(asked, &variables(&home, &[])) else { panic!("is used") };
        assert!(text.contains("home") && text.contains("work"), "{text}");
    }

    #[test]
    fn without_anything_it_is_the_server_on_this_machine() {
        let chosen = Chosen::of(Asked::default(), &Variables::default()).expect("is chosen");
        assert_eq!((chosen.profile.server.as_str(), chosen.token), (LOCAL, None));
    }
}
