//! Bans.

use ajet_domain::asked::Caller;
use ajet_domain::community::{Ban as BanPerson, Unban};
use ajet_protocol::{Ban, CommunityId, Page, PageQuery, Permission, UserId};

use super::rights::may;
use super::{Context, Failure};

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
    may(context, reader, community, Permission::BanMembers).await?;
    Ok(context.store.bans_of(community, query).await?)
}
