//! The JSON API, one file per noun. A handler extracts, asks once or reads once, and shapes the answer.

pub mod accounts;
pub mod channels;
pub mod communities;
mod describe;
pub mod docs;
pub mod health;
pub mod invites;
pub mod messages;
pub mod webhooks;

use ajet_protocol::shape;
use axum::http::{HeaderMap, HeaderValue};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::ApiError;

/// The idempotency key of a request that makes something else than a message, as it is stored: by author and route. So a key is
/// free for each kind of thing. Messages keep theirs as it was given, in a table of their own.
pub fn route_key(route: Route, given: Option<String>, headers: &HeaderMap) -> Result<String, ApiError> {
    Ok(format!("{}:{}", route.as_str(), idempotency_key(given, headers)?))
}

/// A route that makes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Communities,
    Channels,
    Invites,
    Webhooks,
}

impl Route {
    /// What stands before its keys: they may hold anything, this holds no `:`.
    fn as_str(self) -> &'static str {
        match self {
            Route::Communities => "communities",
            Route::Channels => "channels",
            Route::Invites => "invites",
            Route::Webhooks => "webhooks",
        }
    }
}

/// The idempotency key of a request: its own, the `Idempotency-Key` header, or a fresh one.
pub fn idempotency_key(given: Option<String>, headers: &HeaderMap) -> Result<String, ApiError> {
    const HEADER: &str = "idempotency-key";
    let refused = |code, message| ApiError::field(HEADER, code, message);
    let mut all = headers.get_all(HEADER).into_iter().map(HeaderValue::as_bytes);
    let header = all.next();
    if all.any(|other| Some(other) != header) {
        return Err(refused("duplicate", "is there twice"));
    }
    let is_printable = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if !header.is_none_or(is_printable) {
        return Err(refused("bad_format", "may hold only printable characters of ASCII"));
    }
    let header = header.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let field = if given.is_some() { "client_mutation_id" } else { HEADER };
    match given.or(header) {
        Some(key) if shape::idempotency_key(&key).is_ok() => Ok(key),
        Some(_) => Err(ApiError::field(field, "bad_length", "needs 1 to 64 characters")),
        None => Ok(uuid::Uuid::new_v4().to_string()),
    }
}

/// A digest of what was asked, to tell a retry from a key used twice.
pub fn fingerprint(request: &impl Serialize) -> i64 {
    let json = serde_json::to_vec(request).unwrap_or_default();
    let hash: [u8; 32] = Sha256::digest(json).into();
    i64::from_be_bytes(hash[..8].try_into().unwrap_or_default())
}
