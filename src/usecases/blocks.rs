//! Whom people block.

use ajet_domain::asked::Caller;
use ajet_domain::person::{Block, Unblock};
use ajet_protocol::{Page, PageQuery, User, UserId};
use uuid::Uuid;

use super::{Context, Failure};

/// Blocks a person; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn block(context: &Context, by: Caller, user_id: UserId) -> Result<(), Failure> {
    context.ask(by.id(), by, Block { user_id }).await
}

/// Lifts a block; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn unblock(context: &Context, by: Caller, user_id: UserId) -> Result<(), Failure> {
    context.ask(by.id(), by, Unblock { user_id }).await
}

/// The people whom somebody blocks.
///
/// # Errors
/// [`Failure`]
pub async fn list(context: &Context, person: UserId, query: &PageQuery) -> Result<Page<User>, Failure> {
    Ok(context.store.blocked_by(person, query).await?)
}

/// Whether somebody blocks another person. The list is in the order of ids: they are the first one behind the id before theirs, or not in it.
///
/// # Errors
/// [`Failure`]
pub async fn is_set(context: &Context, person: UserId, other: UserId) -> Result<bool, Failure> {
    let after = other.0.as_u128().checked_sub(1).map(Uuid::from_u128);
    let query = PageQuery { after, limit: Some(1), ..PageQuery::default() };
    Ok(context.store.blocked_by(person, &query).await?.items.iter().any(|one| one.id == other))
}
