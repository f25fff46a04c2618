//! Communities: founded, listed, and the people in them.

use ajet_domain::asked::{Asked, Caller};
use ajet_domain::community::{Names, found as decide};
use ajet_protocol::{Code, Community, CommunityId, Member, Page, PageQuery, UserId};

use super::reading::{Reading, belongs};
use super::{Context, Created, Failure, Found, GivenKey, former};
use crate::actors::universe::Real;
use crate::store::founding::Founded;

/// Founds a community. Anybody founds the first one, and becomes the system owner by it; that one founds all others.
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
    let founding = decide(Asked { by, key: None, verb: names }, key.clone(), context.node_number, &mut Real);
    match context.store.found(&founding).await? {
        Founded::Done => {
            context.node.announce(&founding.events);
            Ok(Created::New(founding.community))
        }
        Founded::Replayed { fingerprint, .. } if !key.matches(fingerprint) => Err(Failure::key_reused()),
        Founded::Replayed { community, .. } => Ok(Created::Before(get(context, reader, community).await?)),
        Founded::NotTheOwner => {
            Err(Failure::new(Code::Forbidden, "Only the system owner founds further communities."))
        }
        Founded::SlugTaken => Err(Failure::new(Code::Conflict, "This slug is taken.")),
    }
}

/// Whether a person may found a community.
///
/// # Errors
/// [`Failure`]
pub async fn may_found(context: &Context, person: UserId) -> Result<bool, Failure> {
    let owner = context.store.system_owner().await?;
    Ok(owner.is_none_or(|owner| owner == person))
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

/// The people of a community.
///
/// # Errors
/// [`Failure`]
pub async fn members(
    context: &Context,
    reader: UserId,
    id: CommunityId,
    query: &PageQuery,
) -> Result<Page<Member>, Failure> {
    let reading = Reading::of(context, reader, id);
    reading.answer(belongs, |fence| context.store.members_of(fence, query)).await
}
