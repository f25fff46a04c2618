//! Whom people block.

use ajet_domain::asked::Caller;
use ajet_domain::person::{Block, Unblock};
use ajet_protocol::{Page, PageQuery, User, UserId};

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
