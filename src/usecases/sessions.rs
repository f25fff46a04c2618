//! A person's own sessions: listed, and ended wherever they are.

use ajet_protocol::{Page, PageQuery, Session, SessionId, UserId};

use super::{Context, Failure};

/// A person's sessions; `current` is the one that asks.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    person: UserId,
    current: SessionId,
    query: &PageQuery,
) -> Result<Page<Session>, Failure> {
    Ok(context.store.sessions_of(person, current, context.now(), query).await?)
}

/// Ends one of a person's sessions. When it returns its token is worth nothing and its streams are closed, on every node.
///
/// # Errors
/// 404 where it is none of theirs; others of [`Failure`]
pub async fn end(context: &Context, person: UserId, id: SessionId) -> Result<(), Failure> {
    let was_one = context.revocation.end_one(person, id).await?;
    if was_one { Ok(()) } else { Err(Failure::not_found()) }
}

/// Ends all of a person's sessions but the one that asks, in the same way.
///
/// # Errors
/// [`Failure`]
pub async fn end_others(context: &Context, person: UserId, current: SessionId) -> Result<(), Failure> {
    Ok(context.revocation.end_beside(person, current).await?)
}
