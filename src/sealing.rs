//! Stands in until secrets are sealed by a key of the configuration: seals with a fixed key, so that what uses it compiles and can be tried.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::SecretSlice;

use crate::config::Config;

/// What was not sealed for this purpose, or by another key.
#[derive(Debug, thiserror::Error)]
#[error("it can't be unsealed")]
pub struct Unsealable;

/// Seals secrets that are stored.
pub struct Sealer(LessSafeKey);

impl Sealer {
    /// A sealer with a fixed key.
    ///
    /// # Panics
    /// Never: a key has this many bytes.
    #[must_use]
    pub fn of(_: &Config) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &[42; 32]).expect("32 bytes")))
    }

    /// Seals a secret for a purpose.
    #[must_use]
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = rand::random::<[u8; NONCE_LEN]>();
        let mut body = plain.to_vec();
        let done = self.0.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(purpose.as_bytes()),
            &mut body,
        );
        done.map_or_else(|_| Vec::new(), |()| [nonce.to_vec(), body].concat())
    }

    /// Opens what was sealed for this purpose.
    ///
    /// # Errors
    /// [`Unsealable`]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, Unsealable> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut body = body.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body);
        plain.map(|plain| plain.to_vec().into()).map_err(|_| Unsealable)
    }
}
