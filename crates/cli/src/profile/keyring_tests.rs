//! Tokens in a keyring of the test's own.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use keyring::credential::{Credential, CredentialApi, CredentialBuilderApi};
use keyring::{Error, mock, set_default_credential_builder};

use crate::failure::Failure;
use crate::profile::{Kept, Profile, Secrets, forget};
use crate::surroundings::Variables;

type Shared = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A keyring that keeps what it is given for as long as the test runs.
struct Ring(Shared);

impl CredentialBuilderApi for Ring {
    fn build(&self, _target: Option<&str>, service: &str, user: &str) -> keyring::Result<Box<Credential>> {
        Ok(Box::new(Place { ring: self.0.clone(), name: format!("{service} {user}") }))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Where one token is in it.
struct Place {
    ring: Shared,
    name: String,
}

impl CredentialApi for Place {
    fn set_secret(&self, secret: &[u8]) -> keyring::Result<()> {
        self.ring.lock().expect("no panic").insert(self.name.clone(), secret.to_vec());
        Ok(())
    }

    fn get_secret(&self) -> keyring::Result<Vec<u8>> {
        self.ring.lock().expect("no panic").get(&self.name).cloned().ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> keyring::Result<()> {
        self.ring.lock().expect("no panic").remove(&self.name).map(drop).ok_or(Error::NoEntry)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A keyring that can't be asked.
struct Locked;

impl CredentialBuilderApi for Locked {
    fn build(&self, _target: Option<&str>, _service: &str, _user: &str) -> keyring::Result<Box<Credential>> {
        Err(Error::NoStorageAccess("it is locked".into()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn profile(server: &str, credentials: Kept) -> Profile {
    Profile { server: server.into(), username: None, community: None, credentials }
}

/// One test of all cases, in this order: which keyring is asked is a setting of the whole process, and so of all tests that run beside it. No
/// other test asks for one.
#[test]
fn a_token_is_in_the_keyring_where_that_takes_it_and_else_in_the_file() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().display().to_string();
    let variables = Variables::from_iter([("HOME", path.as_str())]);
    let secrets = Secrets::of(&variables);
    let file = variables.data_folder().expect("a folder").join("credentials.toml");
    let here = profile("https://a.example", Kept::Keyring);
    let there = profile("https://b.example", Kept::Keyring);
    let in_file = profile("https://a.example", Kept::File);

    let ring = Shared::default();
    set_default_credential_builder(Box::new(Ring(ring.clone())));
    for token in ["old", "new"] {
        assert_eq!(secrets.keep("work", &here, token).expect("is kept"), Kept::Keyring);
        assert_eq!(secrets.find("work", &here).expect("is read").as_deref(), Some(token));
    }
    assert_eq!(secrets.find("work", &there).expect("is read"), None, "for its server alone");
    assert!(ring.lock().expect("no panic").keys().eq(["ajet-chat work@https://a.example"]));
    assert!(!file.exists());
    for _ in 0..2 {
        forget(&secrets, "work", &here).expect("is removed, and may be gone already");
        assert_eq!(secrets.find("work", &here).expect("is read"), None);
    }
    let no_keyring = Variables::from_iter([("HOME", path.as_str()), ("AJET_CHAT_CREDENTIALS", "file")]);
    let kept = Secrets::of(&no_keyring).keep("work", &here, "in the file").expect("is kept");
    assert_eq!((kept, ring.lock().expect("no panic").len()), (Kept::File, 0));
    forget(&secrets, "work", &in_file).expect("is removed");

    set_default_credential_builder(mock::default_credential_builder());
    let kept = secrets.keep("work", &here, "forgotten").expect("is kept");
    assert_eq!(kept, Kept::File, "the keyring keeps nothing beyond the one who asked");
    assert_eq!(secrets.find("work", &in_file).expect("is read").as_deref(), Some("forgotten"));

    set_default_credential_builder(Box::new(Locked));
    assert_eq!(secrets.keep("work", &here, "secret").expect("is kept"), Kept::File);
    assert_eq!(secrets.find("work", &in_file).expect("is read").as_deref(), Some("secret"));
    let asked = [secrets.find("work", &here).map(drop), forget(&secrets, "work", &here)];
    for refused in asked {
        let Err(Failure::Other(text)) = refused else { panic!("a keyring that is locked is no empty one") };
        assert!(text.contains("it is locked") && text.contains("AJET_CHAT_TOKEN"), "{text}");
    }
    forget(&secrets, "work", &in_file).expect("is removed");
    assert_eq!(secrets.find("work", &in_file).expect("is read"), None);
}
