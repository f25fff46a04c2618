//! Communities: founded and listed.

use ajet_domain::asked::{Asked, Caller};
use ajet_domain::community::{DeleteCommunity, Names, UpdateCommunity};
use ajet_domain::person::SetCommunityLevel;
use ajet_protocol::{Community, CommunityId, NotifyLevel, Page, PageQuery, UserId};

use super::reading::{Reading, belongs};
use super::{Context, Created, Failure, Found, GivenKey, former};
use crate::store::api_tokens::Ended;

/// Founds a community. Anybody founds the first one, and becomes the system owner by it; that one founds all others, unless the settings
/// let everybody.
///
/// # Errors
/// [`Failure`]
pub async fn found(
    context: &Context,
    by: Caller,
    names: Names,
    key: GivenKey,
) -> Result<Created<Community>, Failure> {
    let key = key.key(|| former(&(&names.name, &names.slug)));
    let reader = by.id();
    let founded = context.node.found(Asked { by, key: None, verb: names }, key).await;
    let made = founded.map_err(|error| Failure::asked(error, "name"))?;
    Created::of(made, Ok, async |id| get(context, reader, CommunityId(id)).await).await
}

/// Whether a person may found a community.
///
/// # Errors
/// [`Failure`]
pub async fn may_found(context: &Context, person: UserId) -> Result<bool, Failure> {
    Ok(context.store.founders().await?.may(person))
}

/// Changes a community.
///
/// # Errors
/// [`Failure`]
pub async fn update(
    context: &Context,
    by: Caller,
    id: CommunityId,
    update: UpdateCommunity,
) -> Result<Community, Failure> {
    let reader = by.id();
    context.ask(id, by, update).await?;
    get(context, reader, id).await
}

/// Deletes a community. When it returns the community is not there for anybody, and the tokens of its bots are worth nothing; what was in it
/// goes later, by a job.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, id: CommunityId) -> Result<(), Failure> {
    context.ask(id, by, DeleteCommunity).await?;
    Ok(context.revocation.end_tokens(Ended::OfCommunity(id)).await?)
}

/// Sets what of a community's channels a person wants to be told of, where they set nothing for the channel itself.
///
/// # Errors
/// [`Failure`]; 404 where the person is no member
pub async fn notify(
    context: &Context,
    by: Caller,
    community_id: CommunityId,
    level: NotifyLevel,
) -> Result<(), Failure> {
    context.ask(by.id(), by, SetCommunityLevel { community_id, level }).await
}

/// A person's communities.
///
/// # Errors
/// [`Failure`]
pub async fn list(context: &Context, reader: UserId, query: &PageQuery) -> Result<Page<Community>, Failure> {
    Ok(context.store.communities_of(reader, query).await?)
}

/// One of a person's communities.
///
/// # Errors
/// [`Failure`]
pub async fn get(context: &Context, reader: UserId, id: CommunityId) -> Result<Community, Failure> {
    let reading = Reading::of(context, reader, id);
    reading.answer(belongs, |fence| context.store.community_for(fence)).await?.or_not_found()
}

/// One of a person's communities, by its part of addresses.
///
/// # Errors
/// [`Failure`]
pub async fn by_slug(context: &Context, reader: UserId, slug: &str) -> Result<Community, Failure> {
    let id = context.store.community_of_slug(slug).await?.or_not_found()?;
    get(context, reader, id).await
}
