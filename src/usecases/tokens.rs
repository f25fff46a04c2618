//! Stub.
use ajet_domain::asked::Caller;
use ajet_protocol::{ApiToken, BotId, Timestamp, TokenId, TokenScopes};

use super::{Context, Created, Failure, GivenKey};

/// Stub.
pub struct NewToken {
    pub scopes: TokenScopes,
    pub expires_at: Option<Timestamp>,
}

/// Stub.
///
/// # Errors
/// [`Failure`]
pub async fn create(_: &Context, _: Caller, _: BotId, new: NewToken, _: GivenKey) -> Result<Created<ApiToken>, Failure> {
    let _ = (new.scopes, new.expires_at);
    Err(Failure::not_found())
}

/// Stub.
///
/// # Errors
/// [`Failure`]
pub async fn revoke(_: &Context, _: Caller, _: TokenId) -> Result<(), Failure> {
    Err(Failure::not_found())
}
