//! The tokens of profiles: in the keyring where there is one, else in `credentials.toml`, which its owner alone can read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io};

use super::config::homeless;
use super::{Kept, Profile, files_are_private, keyring, write_private};
use crate::failure::{Done, Failure};
use crate::surroundings::Variables;

/// Where tokens are kept.
pub struct Secrets<'a> {
    variables: &'a Variables,
}

impl<'a> Secrets<'a> {
    /// Those of a person.
    #[must_use]
    pub fn of(variables: &'a Variables) -> Self {
        Self { variables }
    }

    /// Keeps the token of a profile, and tells where.
    ///
    /// # Errors
    /// When neither a keyring nor the file takes it.
    pub fn keep(&self, name: &str, profile: &Profile, token: &str) -> Result<Kept, Failure> {
        // For machines without a person at them, and for tests.
        let file_alone = self.variables.get("AJET_CHAT_CREDENTIALS") == Some("file");
        if !file_alone && keyring::keep(&account(name, profile), token) {
            return Ok(Kept::Keyring);
        }
        let mut tokens = self.read()?;
        tokens.insert(account(name, profile), token.to_owned());
        self.write(&tokens)?;
        Ok(Kept::File)
    }

    /// The token of a profile, if it has one.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn find(&self, name: &str, profile: &Profile) -> Result<Option<String>, Failure> {
        let account = account(name, profile);
        match profile.credentials {
            Kept::Keyring => keyring::find(&account).map_err(|error| locked(&error)),
            Kept::File => Ok(self.read()?.remove(&account)),
        }
    }

    fn path(&self) -> Result<PathBuf, Failure> {
        Ok(self.variables.data_folder().ok_or_else(homeless)?.join("credentials.toml"))
    }

    fn read(&self) -> Result<BTreeMap<String, String>, Failure> {
        let path = self.path()?;
        match files_are_private(&path) {
            Ok(true) => {}
            Ok(false) => {
                let how = format!(
                    "others can read it: chmod 600 {0}, and end the session that it held",
                    path.display()
                );
                return Err(Failure::Other(format!("{}: {how}", path.display())));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(Failure::file(&path, &error)),
        }
        let text = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
        // The message of the parser shows the line, and so perhaps a token.
        toml::from_str(&text).map_err(|_| {
            Failure::Other(format!("{}: can't be read: remove it, and log in again", path.display()))
        })
    }

    fn write(&self, tokens: &BTreeMap<String, String>) -> Done {
        let path = self.path()?;
        let text = toml::to_string(tokens).map_err(|error| Failure::Other(error.to_string()))?;
        write_private(&path, &text).map_err(|error| Failure::file(&path, &error))
    }
}

/// Removes the token of a profile.
///
/// # Errors
/// When it can't be removed.
pub fn forget(secrets: &Secrets<'_>, name: &str, profile: &Profile) -> Done {
    let account = account(name, profile);
    match profile.credentials {
        Kept::Keyring => keyring::remove(&account).map_err(|error| locked(&error)),
        Kept::File => {
            let mut tokens = secrets.read()?;
            if tokens.remove(&account).is_some() { secrets.write(&tokens) } else { Ok(()) }
        }
    }
}

/// Removes the token of a profile as it was before, if that was kept elsewhere than the one of the profile as it is now.
///
/// # Errors
/// When it can't be removed.
pub fn forget_before(secrets: &Secrets<'_>, name: &str, before: &Profile, now: &Profile) -> Done {
    let is_same = account(name, before) == account(name, now) && before.credentials == now.credentials;
    if is_same { Ok(()) } else { forget(secrets, name, before) }
}

/// Under what a token is kept: a profile that is sent to another server does not bring the token of the first one along.
fn account(name: &str, profile: &Profile) -> String {
    format!("{name}@{}", profile.server)
}

fn locked(error: &str) -> Failure {
    Failure::Other(format!(
        "the system's keyring can't be asked: {error}; AJET_CHAT_TOKEN is used instead where it is set"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(server: &str) -> Profile {
        Profile { server: server.into(), username: None, community: None, credentials: Kept::File }
    }

    fn variables(home: &tempfile::TempDir) -> Variables {
        let home = home.path().display().to_string();
        Variables::from_iter([("HOME", home.as_str()), ("AJET_CHAT_CREDENTIALS", "file")])
    }

    #[test]
    fn a_token_is_kept_for_its_server_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let variables = variables(&home);
        let secrets = Secrets::of(&variables);
        let (here, there) = (profile("https://a.example"), profile("https://b.example"));
        assert_eq!(secrets.keep("work", &here, "secret").expect("is kept"), Kept::File);
        assert_eq!(secrets.find("work", &here).expect("is read").as_deref(), Some("secret"));
        assert_eq!(secrets.find("work", &there).expect("is read"), None);
        forget(&secrets, "work", &here).expect("is removed");
        assert_eq!(secrets.find("work", &here).expect("is read"), None);
    }

    #[test]
    fn a_profile_that_is_sent_elsewhere_leaves_no_token_behind() {
        let home = tempfile::tempdir().expect("a folder");
        let variables = variables(&home);
        let secrets = Secrets::of(&variables);
        let (before, now) = (profile("https://a.example"), profile("https://b.example"));
        secrets.keep("work", &before, "old").expect("is kept");
        secrets.keep("work", &now, "new").expect("is kept");
        forget_before(&secrets, "work", &before, &now).expect("is removed");
        assert_eq!(secrets.find("work", &before).expect("is read"), None);
        forget_before(&secrets, "work", &now, &now).expect("stays");
        assert_eq!(secrets.find("work", &now).expect("is read").as_deref(), Some("new"));
        let in_keyring = Profile { credentials: Kept::Keyring, ..now.clone() };
        forget_before(&secrets, "work", &now, &in_keyring).expect("is removed from the file");
        assert_eq!(secrets.find("work", &now).expect("is read"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().expect("a folder");
        let variables = variables(&home);
        let (secrets, here) = (Secrets::of(&variables), profile("https://a.example"));
        secrets.keep("work", &here, "secret").expect("is kept");
        let path = secrets.path().expect("a path");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("is opened");
        let Err(Failure::Other(text)) = secrets.find("work", &here) else { panic!("is used") };
        assert!(text.contains("chmod 600") && !text.contains("secret"), "{text}");
    }

    #[test]
    fn a_broken_file_does_not_show_what_is_in_it() {
        let home = tempfile::tempdir().expect("a folder");
        let variables = variables(&home);
        let secrets = Secrets::of(&variables);
        write_private(&secrets.path().expect("a path"), "secret").expect("is written");
        let Err(Failure::Other(text)) = secrets.find("work", &profile("https://a.example")) else {
            panic!("is read")
        };
        assert!(!text.contains("secret") && text.contains("remove it"), "{text}");
    }
}
