//! Bans.

use ajet_domain::asked::Caller;
use ajet_domain::community::{Ban as BanPerson, Unban};
use ajet_domain::{Denied, Refusal};
use ajet_protocol::{Ban, CommunityId, Page, PageQuery, Permission, UserId};

use super::{Context, Failure, Found};

/// Bans a person; again replaces the reason.
///
/// # Errors
/// [`Failure`]
pub async fn ban(
    context: &Context,
    by: Caller,
    community: CommunityId,
    ban: BanPerson,
) -> Result<(), Failure> {
    context.ask(community, by, ban).await
}

/// Lifts a ban; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn unban(
    context: &Context,
    by: Caller,
    community: CommunityId,
    user_id: UserId,
    reason: Option<String>,
) -> Result<(), Failure> {
    context.ask(community, by, Unban { user_id, reason }).await
}

/// The bans of a community, for those who may ban.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<Ban>, Failure> {
    let standing = context.store.standing_at(community, reader).await?.or_not_found()?;
    if !standing.in_community {
        return Err(Failure::not_found());
    }
    if !standing.may(Permission::BanMembers) {
        return Err(Denied::Forbidden.said().into());
    }
    Ok(context.store.bans_of(community, query).await?)
}
