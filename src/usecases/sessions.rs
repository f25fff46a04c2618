//! A person's sessions: opened, whatever the way in, listed, and ended wherever they are.

use ajet_protocol::audit::SessionEnd;
use ajet_protocol::{Code, Page, PageQuery, Session, SessionId, UserId};

use super::{Context, Failure};
use crate::sessions::tokens::Opened;
use crate::store::sessions::{NotOpened, Origin};

/// A session that a new one replaces, in the same browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnSession {
    pub person: UserId,
    pub id: SessionId,
}

/// Opens a session of a person who has shown who they are, from a device, and ends those that it replaces, and those that make room for it, on every
/// node; its token. A person who has signed in from other devices before is told of one that is new.
///
/// # Errors
/// 403 where the account is out of use; 401 where what let them in does not hold any more; others of [`Failure`]
pub async fn let_in(
    context: &Context,
    person: UserId,
    device: Option<&str>,
    origin: Origin<'_>,
    replaced: impl IntoIterator<Item = OwnSession>,
) -> Result<String, Failure> {
    let opened = context.tokens.open(person, device, origin, context.now()).await?;
    let Opened { token, made_room } = opened.map_err(|why| match why {
        NotOpened::OutOfUse => Failure::new(Code::Forbidden, "This account is deactivated."),
        NotOpened::Over => {
            Failure::new(Code::Unauthenticated, "What you signed in by is over: sign in again.")
        }
    })?;
    // The person may be told of a new device.
    context.node.due().notify_one();
    context.revocation.ended(&made_room).await;
    for OwnSession { person, id } in replaced {
        context.revocation.end_one(person, id, SessionEnd::Replaced).await?;
    }
    Ok(token)
}

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

/// Ends one of a person's sessions; again changes nothing. When it returns its token is worth nothing and its streams are closed, on every node.
///
/// # Errors
/// 404 where it is none of theirs, and was none as far as their audit log tells; others of [`Failure`]
pub async fn end(context: &Context, person: UserId, id: SessionId) -> Result<(), Failure> {
    let was_one = context.revocation.end_one(person, id, SessionEnd::Ended).await?;
    if was_one {
        return Ok(());
    }
    if !context.store.is_own_end_noted(person, "session.end", id.0).await? {
        return Err(Failure::not_found());
    }
    // An earlier attempt may have got no further than the commit.
    context.revocation.ended(&[id]).await;
    Ok(())
}

/// Ends all of a person's sessions but the one that asks, in the same way.
///
/// # Errors
/// [`Failure`]
pub async fn end_others(context: &Context, person: UserId, current: SessionId) -> Result<(), Failure> {
    Ok(context.revocation.end_beside(person, current).await?)
}
