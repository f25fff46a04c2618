//! A pair of keys: the private half signs, the public half is published.

use ajet_protocol::Jwk;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::Serialize;

use crate::Claims;

/// The only algorithm, as headers and published keys name it (RFC 8037).
pub const ALGORITHM: &str = "EdDSA";
/// The only kind of token, as headers name it (RFC 9068): no other JWT of the same issuer passes for one.
pub const KIND: &str = "at+jwt";
/// The kind of key and its curve, as published keys name them.
pub const KEY_TYPE: &str = "OKP";
pub const CURVE: &str = "Ed25519";
/// Bytes of a public key, and of the seed of a private one.
pub const KEY_BYTES: usize = 32;

/// Bytes that are no key, or halves that do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no pair of Ed25519 keys")]
pub struct BadKey;

/// A pair of keys. It prints without its private half.
#[derive(Debug)]
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
    id: String,
}

impl SigningKey {
    /// The pair that a secret of 32 random bytes stands for.
    ///
    /// # Errors
    /// [`BadKey`]
    pub fn from_seed(seed: &[u8]) -> Result<Self, BadKey> {
        Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadKey)?.try_into()
    }

    /// The same, if this is its public half.
    ///
    /// # Errors
    /// [`BadKey`]
    pub fn from_parts(seed: &[u8], public: &[u8]) -> Result<Self, BadKey> {
        Ed25519KeyPair::from_seed_and_public_key(seed, public).map_err(|_| BadKey)?.try_into()
    }

    /// What the tokens name their key by: it follows from the public half.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The half that is published.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// A token that says this.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        let header = Header { alg: ALGORITHM, typ: KIND, kid: &self.id };
        let mut token = format!("{}.{}", part(&header), part(claims));
        let signature = self.pair.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        token
    }
}

impl TryFrom<Ed25519KeyPair> for SigningKey {
    type Error = BadKey;

    fn try_from(pair: Ed25519KeyPair) -> Result<Self, BadKey> {
        let bytes: &[u8] = pair.public_key().as_ref();
        let public = PublicKey::try_from(bytes)?;
        Ok(Self { pair, public, id: public.id() })
    }
}

/// What is signed beside the claims.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

/// A part of a token. What is written here always serializes.
fn part(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

/// The public half of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; KEY_BYTES]);

impl PublicKey {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its thumbprint (RFC 7638): no two keys have the same.
    #[must_use]
    pub fn id(&self) -> String {
        let x = self.encoded();
        // These members in this order, without a space.
        let told = format!(r#"{{"crv":"{CURVE}","kty":"{KEY_TYPE}","x":"{x}"}}"#);
        URL_SAFE_NO_PAD.encode(digest(&SHA256, told.as_bytes()).as_ref())
    }

    /// As it is published.
    #[must_use]
    pub fn published(&self) -> Jwk {
        Jwk {
            kty: KEY_TYPE.to_owned(),
            crv: CURVE.to_owned(),
            usage: "sig".to_owned(),
            alg: ALGORITHM.to_owned(),
            kid: self.id(),
            x: self.encoded(),
        }
    }

    fn encoded(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl TryFrom<&[u8]> for PublicKey {
    type Error = BadKey;

    fn try_from(bytes: &[u8]) -> Result<Self, BadKey> {
        bytes.try_into().map(Self).map_err(|_| BadKey)
    }
}
