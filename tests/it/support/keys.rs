//! Keys by which an issuer signs: one of each kind that providers have.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

/// Made by `openssl genpkey -algorithm RSA`, as ring makes none.
const RSA: [&str; 2] = [include_str!("rsa.key"), include_str!("other_rsa.key")];

/// By what an issuer signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    EdDsa,
    /// ECDSA with P-256.
    Es256,
    /// RSA with padding of PKCS 1.
    Rs256,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// As tokens and keys name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// A key.
pub enum Key {
    EdDsa(Ed25519KeyPair),
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

impl Key {
    /// The first one of an issuer.
    pub fn first(kind: Kind) -> Self {
        Self::of(kind, RSA[0])
    }

    /// One that is another one than the first.
    pub fn other(kind: Kind) -> Self {
        Self::of(kind, RSA[1])
    }

    fn of(kind: Kind, rsa: &str) -> Self {
        let rng = SystemRandom::new();
        match kind {
            Kind::EdDsa => {
                let document = Ed25519KeyPair::generate_pkcs8(&rng).expect("a key");
                Self::EdDsa(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key"))
            }
            Kind::Es256 => {
                let by = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let document = EcdsaKeyPair::generate_pkcs8(by, &rng).expect("a key");
                Self::Es256(EcdsaKeyPair::from_pkcs8(by, document.as_ref(), &rng).expect("a key"))
            }
            Kind::Rs256 => {
                let text: String = rsa.lines().filter(|line| !line.starts_with('-')).collect();
                let document = STANDARD.decode(text).expect("base64");
                Self::Rs256(RsaKeyPair::from_pkcs8(&document).expect("a key"))
            }
        }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::EdDsa(_) => Kind::EdDsa,
            Self::Es256(_) => Kind::Es256,
            Self::Rs256(_) => Kind::Rs256,
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let rng = SystemRandom::new();
        match self {
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Es256(pair) => pair.sign(&rng, message).expect("signs").as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, message, &mut signature).expect("signs");
                signature
            }
        }
    }

    /// The bytes of its public half.
    pub fn public(&self) -> &[u8] {
        match self {
            Self::EdDsa(pair) => pair.public_key().as_ref(),
            Self::Es256(pair) => pair.public_key().as_ref(),
            Self::Rs256(pair) => pair.public().as_ref(),
        }
    }

    /// Its public half as an issuer publishes it (RFC 7517).
    pub fn published(&self, kid: &str) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut key = match self {
            Self::EdDsa(_) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(self.public()) }),
            Self::Es256(_) => {
                // Behind a byte that says that both stand there.
                let (x, y) = self.public()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
            Self::Rs256(pair) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "n": text(&n), "e": text(&e) })
            }
        };
        key["use"] = json!("sig");
        key["alg"] = json!(self.kind().name());
        key["kid"] = json!(kid);
        key
    }
}
