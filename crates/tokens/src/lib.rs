//! Service tokens: signed by the server, verified by services beside it (JWT, RFC 7519; Ed25519, RFC 8037).
//!
//! ```text
//!   the server: Grant ─▶ Claims ─▶ SigningKey::sign ─▶ token ─▶ the service: Verifier::verify ─▶ Verified ─ for_tenant ─▶ Access
//!                                  PublicKey ─▶ /.well-known/jwks.json ─▶ KeyCache ─▶ KeySet ──▲
//! ```
//!
//! - There is one algorithm, one kind of key and one kind of token. A header that says anything else is refused before a key is looked up.
//! - What a token allows is reached by [`Verified::for_tenant`] alone: a service names the community of each thing that it touches.
//! - Nothing here does IO, reads a clock or makes random numbers: keys, times and ids are arguments.

mod cache;
mod claims;
mod key;
mod key_set;
mod verified;
mod verify;

pub use cache::KeyCache;
pub use claims::{Claims, Grant, LONGEST_SECONDS, Service};
pub use key::{BadKey, PublicKey, SigningKey};
pub use key_set::{BadKeys, KeySet};
pub use verified::{Access, Verified};
pub use verify::{MOST_SKEW_SECONDS, Refused, Verifier};

#[cfg(test)]
mod tests;
