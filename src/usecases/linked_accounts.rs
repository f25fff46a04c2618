//! A person's accounts at providers: listed and unlinked; and sessions that end because a provider says so.

use ajet_protocol::{Code, OauthAccount, OauthAccountId, Page, PageQuery, SessionId, UserId};

use super::sign_in::failed;
use super::{Context, Failure, providers};
use crate::sessions::tokens::hash;
use crate::store::oauth_accounts::Unlinked;

/// A person's accounts.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    person: UserId,
    query: &PageQuery,
) -> Result<Page<OauthAccount>, Failure> {
    Ok(context.store.accounts_of(person, query).await?)
}

/// Unlinks one of a person's accounts. When it returns no one signs in by it any more, and the sessions that were opened by it are over on every
/// node, but for the one that asks.
///
/// # Errors
/// 409 of the last account, without which the person could not come back; others of [`Failure`]
pub async fn unlink(
    context: &Context,
    person: UserId,
    id: OauthAccountId,
    current: SessionId,
) -> Result<(), Failure> {
    match context.store.unlink_account(person, id, current).await? {
        Unlinked::Done(sessions) => {
            context.revocation.ended(&sessions).await;
            Ok(())
        }
        Unlinked::Last => Err(Failure::new(
            Code::Conflict,
            "This is your last way to sign in: link another account before you take it away.",
        )),
        Unlinked::Nothing => Err(Failure::not_found()),
    }
}

/// Ends the sessions that a provider says are over, by a token that it signed. When it returns their tokens are worth nothing and their streams
/// are closed, on every node.
///
/// # Errors
/// 400 of a token that tells nothing, or told it before; others of [`Failure`]
pub async fn provider_logout(context: &Context, slug: &str, token: &str) -> Result<(), Failure> {
    let provider = providers::named(context, slug).await?;
    let seconds = i64::try_from(context.now().unix_millis() / 1000).unwrap_or(i64::MAX);
    let told = context.providers.logout(&provider, token, seconds).await;
    let told = told.map_err(|error| {
        let failure = failed(&provider, error);
        if failure.code == Code::Unavailable { failure } else { untold() }
    })?;
    // Of one provider an id is used once; of two it may be the same.
    let once = hash(&format!("{}\0{}", told.issuer, told.id));
    let (subject, session) = (told.subject.as_deref(), told.session.as_deref());
    let ended = context.store.end_sessions_of_account(&once, &told.issuer, subject, session).await?;
    context.revocation.ended(&ended.ok_or_else(untold)?).await;
    Ok(())
}

fn untold() -> Failure {
    Failure::new(Code::Malformed, "This is no logout token of this provider, or one that was used before.")
}
