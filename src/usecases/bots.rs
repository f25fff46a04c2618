//! Stub.
use ajet_domain::asked::Caller;
use ajet_protocol::{Bot, CommunityId, Page, PageQuery, TokenScopes, Trimmed, UserId};

use super::{Context, Created, Failure, GivenKey};

/// Stub.
pub struct NewBot {
    pub name: Trimmed,
    pub scopes: TokenScopes,
}

/// Stub.
///
/// # Errors
/// [`Failure`]
pub async fn list(_: &Context, _: UserId, _: CommunityId, _: &PageQuery) -> Result<Page<Bot>, Failure> {
    Err(Failure::not_found())
}

/// Stub.
///
/// # Errors
/// [`Failure`]
pub async fn create(_: &Context, _: Caller, _: CommunityId, new: NewBot, _: GivenKey) -> Result<Created<Bot>, Failure> {
    let _ = (new.name, new.scopes);
    Err(Failure::not_found())
}
