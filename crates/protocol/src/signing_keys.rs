//! The keys that service tokens are signed with, as they are published (RFC 7517, RFC 8037).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The published keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Jwks {
    /// The key that signs now, the one that will sign next, and those whose tokens have not expired yet.
    pub keys: Vec<Jwk>,
}

/// The public half of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// The kind of key: `OKP`.
    pub kty: String,
    /// Its curve: `Ed25519`.
    pub crv: String,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The only algorithm that it is used with: `EdDSA`.
    pub alg: String,
    /// Its id, by which a token names it: its thumbprint (RFC 7638).
    pub kid: String,
    /// Its 32 bytes as base64url.
    pub x: String,
}
