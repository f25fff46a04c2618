//! People: shown, found, taken out of use, and announced where they are when they change.

use std::collections::HashSet;

use ajet_domain::asked::{Caller, Via};
use ajet_domain::channel::AnnouncePerson;
use ajet_domain::community::AnnounceMember;
use ajet_domain::person::SetDeactivated;
use ajet_protocol::{Code, Page, PageQuery, Topic, User, UserId, UserSearch};
use futures::stream::{self, StreamExt};

use super::announcing::ROUND_EVERY;
use super::system_owner::check_owner;
use super::{Context, Failure, Found};

/// Communities and direct messages that are told of a person at once.
const AT_ONCE: usize = 8;

/// A person or bot. All accounts of the system may see each other.
///
/// # Errors
/// [`Failure`]
pub async fn get(context: &Context, id: UserId) -> Result<User, Failure> {
    context.store.account(id).await?.or_not_found()
}

/// People whom the reader shares a community or a direct message with, and the account of exactly this user name.
///
/// # Errors
/// [`Failure`]
pub async fn search(
    context: &Context,
    reader: UserId,
    search: &UserSearch,
    query: &PageQuery,
) -> Result<Page<User>, Failure> {
    Ok(context.store.users_known_to(reader, &search.q, query).await?)
}

/// Those of some accounts that are out of use, for the system's owner.
///
/// # Errors
/// 403 for who does not own the system; others of [`Failure`]
pub async fn out_of_use(
    context: &Context,
    reader: UserId,
    accounts: &[User],
) -> Result<HashSet<UserId>, Failure> {
    check_owner(context, reader).await?;
    let ids: Vec<UserId> = accounts.iter().map(|one| one.id).collect();
    let found = context.store.partners(reader, &ids).await?;
    Ok(found.into_iter().filter(|(_, one)| one.deactivated).map(|(id, _)| id).collect())
}

/// Takes an account out of use; again changes nothing. When it returns all of the person's sessions and streams have ended, on every
/// node, and the tokens that they made; those of a bot are refused while it is out of use. What the person wrote, and what they belong to, stays.
///
/// # Errors
/// [`Failure`]
pub async fn deactivate(context: &Context, by: Caller, id: UserId) -> Result<(), Failure> {
    context.ask(id, by, SetDeactivated { deactivated: true }).await?;
    // Also where it was out of use already: an earlier attempt may have got no further than that.
    Ok(context.revocation.end_all_of(id).await?)
}

/// Takes an account into use again; again changes nothing. The person signs in as before, and the tokens of a bot are good again.
///
/// # Errors
/// [`Failure`]
pub async fn reactivate(context: &Context, by: Caller, id: UserId) -> Result<(), Failure> {
    context.ask(id, by, SetDeactivated { deactivated: false }).await?;
    // Nodes remember that a bot's tokens are good for nothing. Also where it was in use already: an earlier attempt may have got no further.
    context.revocation.account_changed(id).await;
    Ok(())
}

/// Begins to tell all who see a person how they look now, unless this node is at it: then it tells them once more, a second after. What
/// can't be told now is left to the job that the change asked for.
pub fn announce_soon(context: &Context, id: UserId) {
    let Some(mut rounds) = context.announcing.begin(id) else { return };
    let telling = context.clone();
    context.cluster.keep(async move {
        loop {
            if let Err(failure) = announce(&telling, id).await {
                tracing::debug!(
                    code = failure.code.as_str(),
                    "not all are told of a person yet; a job will tell them"
                );
            }
            tokio::time::sleep(ROUND_EVERY).await;
            if !rounds.goes_on() {
                return;
            }
        }
    });
}

/// Tells all communities and direct messages of a person how they look now, unless all were told of that already.
///
/// # Errors
/// [`Failure`], where some could not be told
pub async fn announce(context: &Context, id: UserId) -> Result<(), Failure> {
    let Some((user, version)) = context.store.unannounced(id).await? else { return Ok(()) };
    let by = Caller { user, via: Via::System, scopes: None };
    let topics = context.store.topics_of(id).await?;
    let telling: Vec<_> = topics.all().map(|(topic, ..)| tell(context, by.clone(), topic, id)).collect();
    let mut told = stream::iter(telling).buffer_unordered(AT_ONCE);
    let mut failed = None;
    while let Some(one) = told.next().await {
        failed = one.err().or(failed);
    }
    match failed {
        Some(failure) => Err(failure),
        None => Ok(context.store.announced(id, version).await?),
    }
}

async fn tell(context: &Context, by: Caller, topic: Topic, user_id: UserId) -> Result<(), Failure> {
    let told = match topic {
        Topic::Community(id) => context.ask(id, by, AnnounceMember { user_id }).await,
        Topic::Dm(id) => context.ask(id, by, AnnouncePerson { user_id }).await,
        // Told by the change itself.
        Topic::Person(_) => Ok(()),
    };
    match told {
        // It is gone meanwhile.
        Err(failure) if failure.code == Code::NotFound => Ok(()),
        told => told,
    }
}
