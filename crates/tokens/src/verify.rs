//! Whether a token is one: everything is checked here, in one order, and all of it must hold.

use ajet_protocol::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::claims::seconds;
use crate::key::{ALGORITHM, KIND};
use crate::{Claims, KeySet, LONGEST_SECONDS, PublicKey, Service, Verified};

/// Seconds by which two clocks may differ, at most.
pub const MOST_SKEW_SECONDS: u64 = 60;
/// The same, where a service says nothing.
const SKEW_SECONDS: u64 = 30;
/// Bytes of a token, at most; ours have some 700.
const MOST_BYTES: usize = 4096;

/// Why a token is not accepted. It says nothing of what stands in the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it does not have the form of a token")]
    Malformed,
    #[error("it names another algorithm, or is another kind of token")]
    Algorithm,
    #[error("no published key has its key's id")]
    UnknownKey,
    #[error("its signature is not by the key that it names")]
    Signature,
    #[error("another server issued it")]
    Issuer,
    #[error("it is for another service")]
    Audience,
    #[error("it holds for longer than a token may")]
    TooLong,
    #[error("it holds no more")]
    Expired,
    #[error("it does not hold yet")]
    NotYet,
    #[error("it is for another community")]
    Tenant,
}

/// What a service accepts: tokens of one server, for itself.
#[derive(Debug, Clone)]
pub struct Verifier {
    issuer: String,
    service: Service,
    skew: u64,
}

/// What may stand in a token's header: anything else (`crit`, or a key or the address of one) is refused with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
}

impl Verifier {
    /// Accepts tokens of the server at this public address (`http.public_url`, without a trailing slash) that are for this service.
    #[must_use]
    pub fn new(issuer: &str, service: Service) -> Self {
        Self { issuer: issuer.to_owned(), service, skew: SKEW_SECONDS }
    }

    /// The same, where clocks differ by so many seconds; [`MOST_SKEW_SECONDS`] at most.
    #[must_use]
    pub fn with_skew(self, seconds: u64) -> Self {
        Self { skew: seconds.min(MOST_SKEW_SECONDS), ..self }
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// [`Refused`], with the first reason found
    pub fn verify(&self, token: &str, keys: &KeySet, now: Timestamp) -> Result<Verified, Refused> {
        let parts = Parts::of(token)?;
        let Header { alg, typ, kid } = read(parts.header)?;
        if alg != ALGORITHM || typ.as_deref() != Some(KIND) {
            return Err(Refused::Algorithm);
        }
        let key = kid.and_then(|id| keys.get(&id)).ok_or(Refused::UnknownKey)?;
        parts.check_signature(key)?;
        let claims: Claims = read(parts.claims)?;
        self.judge(&claims, seconds(now))?;
        Ok(Verified::of(&claims))
    }

    fn judge(&self, claims: &Claims, now: u64) -> Result<(), Refused> {
        let late = now.saturating_add(self.skew);
        let rules = [
            (claims.iss == self.issuer, Refused::Issuer),
            (claims.aud == self.service.as_str(), Refused::Audience),
            (claims.exp.saturating_sub(claims.iat.min(claims.nbf)) <= LONGEST_SECONDS, Refused::TooLong),
            (claims.exp.saturating_add(self.skew) > now, Refused::Expired),
            (claims.nbf <= late && claims.iat <= late, Refused::NotYet),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, refused)| Err(refused))
    }
}

/// The id of the key that a token says it was signed with, before anything of it is checked.
pub fn key_id(token: &str) -> Option<String> {
    read::<Header>(Parts::of(token).ok()?.header).ok()?.kid
}

/// The parts of a token, as they are written.
struct Parts<'a> {
    header: &'a str,
    claims: &'a str,
    /// Header and claims with the dot between.
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Result<Self, Refused> {
        let parted = || {
            let (signed, signature) = token.rsplit_once('.')?;
            let (header, claims) = signed.split_once('.')?;
            (!claims.contains('.')).then_some(Self { header, claims, signed, signature })
        };
        if token.len() > MOST_BYTES { Err(Refused::Malformed) } else { parted().ok_or(Refused::Malformed) }
    }

    /// Ed25519 whatever the token says: the algorithm is not a matter of the token's.
    fn check_signature(&self, key: &PublicKey) -> Result<(), Refused> {
        let signature = URL_SAFE_NO_PAD.decode(self.signature).map_err(|_| Refused::Malformed)?;
        let key = UnparsedPublicKey::new(&ED25519, key.as_bytes());
        key.verify(self.signed.as_bytes(), &signature).map_err(|_| Refused::Signature)
    }
}

fn read<T: DeserializeOwned>(part: &str) -> Result<T, Refused> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Refused::Malformed)
}
