//! The keys that a server has published, as a service reads them (RFC 7517). Keys of other kinds are passed over.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use crate::PublicKey;
use crate::key::{ALGORITHM, CURVE, KEY_TYPE};

/// Bytes of a document, at most.
const MOST_BYTES: usize = 65_536;
/// Keys of a document that are of use, at most. A server publishes two or three.
const MOST_KEYS: usize = 16;

/// A document that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    #[error("it is no set of keys (RFC 7517)")]
    Malformed,
    #[error("it is larger than 64 KiB, or holds more than 16 keys")]
    TooLarge,
    #[error("two of its keys have one id")]
    Ambiguous,
}

/// Keys by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet(BTreeMap<String, PublicKey>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// A key of the kind that tokens are signed with; others lack a field, or say something else.
#[derive(Deserialize)]
struct Published {
    kty: String,
    crv: String,
    x: String,
    kid: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
}

impl KeySet {
    /// No key.
    pub const EMPTY: Self = Self(BTreeMap::new());

    /// Reads what `GET /.well-known/jwks.json` answered.
    ///
    /// # Errors
    /// [`BadKeys`]
    pub fn parse(document: &[u8]) -> Result<Self, BadKeys> {
        if document.len() > MOST_BYTES {
            return Err(BadKeys::TooLarge);
        }
        let Document { keys } = serde_json::from_slice(document).map_err(|_| BadKeys::Malformed)?;
        let mut known = BTreeMap::new();
        for (id, key) in keys.into_iter().filter_map(of_use) {
            if known.insert(id, key).is_some() {
                return Err(BadKeys::Ambiguous);
            }
            if known.len() > MOST_KEYS {
                return Err(BadKeys::TooLarge);
            }
        }
        Ok(Self(known))
    }

    /// The key with an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&PublicKey> {
        self.0.get(id)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A published key, where it is one for signatures of the only algorithm.
fn of_use(value: Value) -> Option<(String, PublicKey)> {
    let key: Published = serde_json::from_value(value).ok()?;
    let says = |said: Option<String>, own: &str| said.is_none_or(|said| said == own);
    let fits = key.kty == KEY_TYPE && key.crv == CURVE && says(key.alg, ALGORITHM) && says(key.usage, "sig");
    let bytes = URL_SAFE_NO_PAD.decode(key.x).ok().filter(|_| fits)?;
    Some((key.kid, PublicKey::try_from(bytes.as_slice()).ok()?))
}
