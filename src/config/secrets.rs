//! The keys by which secrets are sealed that the database keeps: where they stand, and what they must look like.

use std::collections::HashSet;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use serde::Deserialize;

use super::load::ConfigError;
use super::{Config, Profile};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// A key that seals.
pub type SealingKey = SecretBox<[u8; KEY_BYTES]>;

/// The key on developers' machines, whose databases hold nothing.
const DEVELOPMENT_KEY: [u8; KEY_BYTES] = *b"development-sealing-key-not-real";

/// Keys that seal what the database keeps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// 32 bytes in base64.
    pub key: SecretString,
    /// A file that holds the key, in its place.
    pub key_file: Option<PathBuf>,
    /// Keys that sealed before it, with commas between: they open what is not sealed anew yet.
    pub old_keys: SecretString,
}

impl Secrets {
    /// Takes the key from its file, where it stands in one.
    ///
    /// # Errors
    /// [`ConfigError`], where the file can't be read, or a key is given beside it.
    pub(super) fn read_file(&mut self) -> Result<(), ConfigError> {
        let named = self.key_file.clone().filter(|path| !path.as_os_str().is_empty());
        let Some(path) = named else { return Ok(()) };
        if !self.key.expose_secret().is_empty() {
            return Err(ConfigError::Rules(vec!["secrets.key and secrets.key_file are both set".into()]));
        }
        let read = std::fs::read_to_string(&path);
        let text = read.map_err(|error| ConfigError::File { path, reason: error.to_string() })?;
        self.key = text.trim().to_owned().into();
        Ok(())
    }

    /// Whether the key can be one, or none is set.
    pub(super) fn has_good_key(&self) -> bool {
        self.key.expose_secret().is_empty() || read(self.key.expose_secret()).is_some()
    }

    /// Whether all former keys can be keys.
    pub(super) fn has_good_old_keys(&self) -> bool {
        self.old().all(|text| read(text).is_some())
    }

    fn old(&self) -> impl Iterator<Item = &str> {
        self.old_keys.expose_secret().split(',').map(str::trim).filter(|text| !text.is_empty())
    }
}

impl Config {
    /// Whether a key was set that nodes share, and that outlives this process.
    #[must_use]
    pub fn has_sealing_key(&self) -> bool {
        !self.secrets.key.expose_secret().is_empty()
    }

    /// The key that seals, and those that sealed before it.
    #[must_use]
    pub fn sealing_keys(&self) -> (SealingKey, Vec<SealingKey>) {
        let former = self.secrets.old().filter_map(read).collect();
        let present = read(self.secrets.key.expose_secret()).unwrap_or_else(|| match self.profile {
            // A server in production does not start without one. A tool that does seals nothing that a node could open.
            Profile::Prod => SealingKey::new(Box::new(rand::random())),
            Profile::Dev | Profile::Test => SealingKey::new(Box::new(DEVELOPMENT_KEY)),
        });
        (present, former)
    }
}

fn read(text: &str) -> Option<SealingKey> {
    let decoded = SecretSlice::from(STANDARD.decode(text.trim()).ok()?);
    let bytes: [u8; KEY_BYTES] = decoded.expose_secret().try_into().ok()?;
    // Few values are no key that chance made.
    let is_random = bytes.iter().collect::<HashSet<_>>().len() >= 8;
    is_random.then(|| SealingKey::new(Box::new(bytes)))
}
