//! A person's accounts at providers: linked, listed and unlinked; and sessions that end because a provider says so.
//!
//! An account comes back from a provider without a word of the person here: a link that somebody else wrote may have sent them there, and at the
//! provider they may be signed in as another. So they are asked, by what name they are known there, before it is linked.

use ajet_protocol::{Code, OauthAccount, OauthAccountId, Page, PageQuery, SessionId, User, UserId};

use super::sessions::OwnSession;
use super::sign_in::failed;
use super::{Context, Failure, providers, users};
use crate::providers::{Provider, ProviderError};
use crate::sessions::tokens::{hash, is_well_formed, new_token};
use crate::store::StoreError;
use crate::store::oauth_accounts::{OPENED, ShownAccount, ToldToEnd, Unlinked};
use crate::store::oauth_flows::TakenFlow;
use crate::store::oauth_links::{Answering, Linked};

/// How often an account is linked or unlinked that is in use at the same moment.
const TRIES: usize = 5;

/// An account that is linked once its person says so.
pub struct Proposal {
    /// What they say it with: it is shown to their browser alone.
    pub secret: String,
    pub person: User,
    /// What the account is called at the provider.
    pub username: String,
    /// What people call the provider.
    pub provider: String,
}

/// Asks the person who began it whether an account is to be linked, if their session still lives.
pub(super) async fn propose(
    context: &Context,
    provider: &Provider,
    account: &ShownAccount<'_>,
    taken: &TakenFlow,
) -> Result<Proposal, Failure> {
    let asked = taken.signed_in.ok_or_else(signed_out)?;
    let secret = new_token();
    if !context.store.keep_link(&hash(&secret), asked, account, &taken.return_to).await? {
        return Err(signed_out());
    }
    let person = users::get(context, asked.0).await?;
    let (username, provider) = (account.username.to_owned(), provider.name.clone());
    Ok(Proposal { secret, person, username, provider })
}

fn signed_out() -> Failure {
    Failure::new(Code::Unauthenticated, "You have signed out meanwhile.")
}

/// Links an account, as its person has answered in the session that asked; where to go on. The person is told of it.
///
/// # Errors
/// 403 where it was answered before, took too long or was asked in another session; 409 where the account is somebody else's, or they have as many
/// as there may be; others of [`Failure`]
pub async fn link(context: &Context, by: OwnSession, secret: &str) -> Result<String, Failure> {
    let over = || {
        let text = "This was answered before, took too long, or was asked in another session. Begin again.";
        Failure::new(Code::Forbidden, text)
    };
    if !is_well_formed(secret) {
        return Err(over());
    }
    let by = Answering { person: by.person, session: by.id, at: context.now() };
    match linked(context, &hash(secret), by).await? {
        Linked::Done(return_to) => {
            // The person is to be told of it.
            context.node.due().notify_one();
            Ok(return_to)
        }
        Linked::Taken => Err(Failure::new(Code::Conflict, "Somebody else signs in by this account.")),
        Linked::Full => Err(Failure::new(Code::Limit, "You have as many accounts as there may be.")),
        Linked::Over => Err(over()),
    }
}

async fn linked(context: &Context, secret_hash: &[u8], by: Answering) -> Result<Linked, Failure> {
    for _ in 0..TRIES {
        let id = OauthAccountId(context.fresh_id());
        match context.store.link_account(secret_hash, by, id).await {
            // Another account that is linked at the same moment has the place.
            Err(StoreError::Constraint(name)) if name == "oauth_accounts_place_key" => {}
            other => return Ok(other?),
        }
    }
    Err(Failure::new(Code::Overloaded, "Several accounts are being linked at once; try again in a moment."))
}

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

/// Unlinks one of a person's accounts; again changes nothing. When it returns no one signs in by it any more, and the sessions that were
/// opened by it are over on every node, but for the one that asks.
///
/// # Errors
/// 409 of the last account, without which the person could not come back; others of [`Failure`]
pub async fn unlink(
    context: &Context,
    person: UserId,
    id: OauthAccountId,
    current: SessionId,
) -> Result<(), Failure> {
    match unlinked(context, person, id, current).await? {
        Unlinked::Done(sessions) => {
            context.revocation.ended(&sessions).await;
            Ok(())
        }
        Unlinked::Last => Err(Failure::new(
            Code::Conflict,
            "This is your last way to sign in: link another account before you take it away.",
        )),
        Unlinked::Nothing if context.store.is_own_end_noted(person, "account.unlink", id.0).await? => {
            // By a request that may have told no node yet.
            context.revocation.ended(&context.store.sessions_unlinked_lately(person).await?).await;
            Ok(())
        }
        Unlinked::Nothing => Err(Failure::not_found()),
    }
}

async fn unlinked(
    context: &Context,
    person: UserId,
    id: OauthAccountId,
    current: SessionId,
) -> Result<Unlinked, Failure> {
    let enabled: Vec<_> = providers::offered(context).await?.into_iter().map(|one| one.name).collect();
    for _ in 0..TRIES {
        match context.store.unlink_account(person, id, current, &enabled).await {
            Err(StoreError::Constraint(name)) if name == OPENED => {}
            other => return Ok(other?),
        }
    }
    Err(Failure::new(Code::Overloaded, "Somebody signs in by this account at this moment; try again."))
}

/// Ends the sessions that a provider says are over, by a token that it signed. When it returns their tokens are worth nothing and their streams
/// are closed, on every node. A provider at which people don't sign in any more may say so too: their sessions went on.
///
/// # Errors
/// 400 of a token that tells nothing, or told it before; others of [`Failure`]
pub async fn provider_logout(context: &Context, slug: &str, token: &str) -> Result<(), Failure> {
    let provider = providers::known(context, slug).await?;
    let seconds = i64::try_from(context.now().unix_millis() / 1000).unwrap_or(i64::MAX);
    let told = context.providers.logout(&provider, token, seconds).await;
    let told = told.map_err(|error| match error {
        ProviderError::Away(_) => failed(&provider, error),
        ProviderError::Unbelievable(_) | ProviderError::NotAdmitted => {
            // Anybody may send one that is none.
            tracing::debug!(provider = provider.slug, %error, "no logout token of a sign-in provider");
            untold()
        }
    })?;
    // Of one provider an id is used once; of two it may be the same.
    let once = hash(&format!("{}\0{}", told.issuer, told.id));
    let told = ToldToEnd {
        token_hash: &once,
        issuer: &told.issuer,
        subject: told.subject.as_deref(),
        session: told.session.as_deref(),
    };
    let ended = context.store.end_sessions_of_account(&told).await?;
    context.revocation.ended(&ended.ok_or_else(untold)?).await;
    Ok(())
}

fn untold() -> Failure {
    Failure::new(Code::Malformed, "This is no logout token of this provider, or one that was used before.")
}
