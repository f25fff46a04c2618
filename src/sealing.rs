//! Secrets that must be had again, sealed for the database: who reads a backup of it and does not know the key has nothing of them.
//!
//! Sealed bytes are a version, the id of the key, a nonce, and what XChaCha20-Poly1305 makes of the secret. The purpose is authenticated with it: what
//! was sealed for one purpose opens for no other, wherever its bytes are moved to. A nonce of 192 random bits may be drawn by any number of nodes.
//!
//! Always true: the present key seals, and former ones open alone. What only needs to be compared is no matter of this file: tokens are kept as hashes.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::{Digest, Sha256};

use crate::config::{Config, SealingKey};

/// The first byte of all that is sealed in this way.
const VERSION: u8 = 1;
/// Bytes of a key's id.
const ID_BYTES: usize = 8;
/// Bytes of a nonce.
const NONCE_BYTES: usize = 24;
/// What the id of a key is a hash of, before the key.
const ID_LABEL: &[u8] = b"ajet-chat sealing key v1";

/// What was not sealed for this purpose, was changed since, or was sealed by a key that is not configured. The text says no more: it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it can't be unsealed by the keys of the configuration")]
pub struct Unsealable;

/// Seals secrets that are stored, and opens them; cheap to clone.
#[derive(Clone)]
pub struct Sealer(Arc<Keys>);

struct Keys {
    present: Key,
    former: Vec<Key>,
}

/// Without the keys.
impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("former", &self.0.former.len()).finish_non_exhaustive()
    }
}

struct Key {
    id: [u8; ID_BYTES],
    cipher: XChaCha20Poly1305,
}

impl Key {
    fn of(bytes: &SealingKey) -> Self {
        let bytes = bytes.expose_secret();
        let digest = Sha256::new().chain_update(ID_LABEL).chain_update(bytes).finalize();
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&digest[..ID_BYTES]);
        Self { id, cipher: XChaCha20Poly1305::new(bytes.into()) }
    }
}

impl Sealer {
    /// One that seals by the keys of a configuration.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let (present, former) = config.sealing_keys();
        Self::by(&present, &former)
    }

    /// One that seals by the first key, and also opens what the others sealed.
    #[must_use]
    pub fn by(present: &SealingKey, former: &[SealingKey]) -> Self {
        Self(Arc::new(Keys { present: Key::of(present), former: former.iter().map(Key::of).collect() }))
    }

    /// Seals a secret for a purpose.
    ///
    /// # Panics
    /// Never: the cipher takes more than memory holds.
    #[must_use]
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let (key, nonce) = (&self.0.present, rand::random::<[u8; NONCE_BYTES]>());
        let mut head = [&[VERSION][..], &key.id].concat();
        let aad = authenticated(&head, purpose);
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad });
        head.extend_from_slice(&nonce);
        head.extend(sealed.expect("a secret is shorter than what the cipher takes"));
        head
    }

    /// Opens what was sealed for this purpose.
    ///
    /// # Errors
    /// [`Unsealable`]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, Unsealable> {
        let (head, body) = sealed.split_at_checked(1 + ID_BYTES).ok_or(Unsealable)?;
        let (nonce, body) = body.split_at_checked(NONCE_BYTES).ok_or(Unsealable)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| Unsealable)?;
        let key = self.key_of(head).ok_or(Unsealable)?;
        let aad = authenticated(head, purpose);
        let plain = key.cipher.decrypt(&XNonce::from(nonce), Payload { msg: body, aad: &aad });
        plain.map(SecretSlice::from).map_err(|_| Unsealable)
    }

    /// Whether something was sealed by the present key.
    #[must_use]
    pub fn is_present(&self, sealed: &[u8]) -> bool {
        sealed.strip_prefix(&[VERSION]).is_some_and(|rest| rest.starts_with(&self.0.present.id))
    }

    fn key_of(&self, head: &[u8]) -> Option<&Key> {
        let id = head.strip_prefix(&[VERSION])?;
        std::iter::once(&self.0.present).chain(&self.0.former).find(|key| key.id == id)
    }
}

/// What is authenticated beside the secret. The head has a fixed length, so that no two pairs are one.
fn authenticated(head: &[u8], purpose: &str) -> Vec<u8> {
    [head, purpose.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(Box::new([byte; 32]))
    }

    fn opened(sealer: &Sealer, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        sealer.open(purpose, sealed).ok().map(|plain| plain.expose_secret().to_vec())
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_alone() {
        let sealer = Sealer::by(&key(1), &[]);
        let sealed = sealer.seal("one", b"hush");
        assert_eq!(opened(&sealer, "one", &sealed).as_deref(), Some(&b"hush"[..]));
        assert_eq!(opened(&sealer, "two", &sealed), None);
        assert_eq!(opened(&sealer, "on", &sealed), None);
        assert!(!sealed.windows(4).any(|some| some == b"hush"));
        assert_ne!(sealed, sealer.seal("one", b"hush"), "another nonce each time");
        assert_eq!(opened(&sealer, "one", &sealer.seal("one", b"")).as_deref(), Some(&b""[..]));
    }

    #[test]
    fn a_bit_that_was_changed_is_found() {
        let sealer = Sealer::by(&key(1), &[]);
        let sealed = sealer.seal("one", b"hush");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(opened(&sealer, "one", &changed), None, "byte {at}");
        }
        for length in 0..sealed.len() {
            assert_eq!(opened(&sealer, "one", &sealed[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn former_keys_open_and_do_not_seal() {
        let (before, after) = (Sealer::by(&key(1), &[]), Sealer::by(&key(2), &[key(1)]));
        let old = before.seal("one", b"hush");
        assert_eq!(opened(&after, "one", &old).as_deref(), Some(&b"hush"[..]));
        assert!(before.is_present(&old) && !after.is_present(&old));
        let new = after.seal("one", b"hush");
        assert!(after.is_present(&new));
        assert_eq!(opened(&before, "one", &new), None, "by another key");
        assert_eq!(opened(&Sealer::by(&key(2), &[]), "one", &old), None, "a key that was taken out");
    }

    #[test]
    fn a_sealer_prints_no_key() {
        let printed = format!("{:?}", Sealer::by(&key(7), &[key(8)]));
        assert_eq!(printed, "Sealer { former: 1, .. }");
    }
}
