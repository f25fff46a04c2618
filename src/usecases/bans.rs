//! Bans.

use ajet_domain::asked::Caller;
use ajet_domain::community::{Ban as BanPerson, Unban};
use ajet_protocol::{Ban, CommunityId, Page, PageQuery, Permission, UserId};

use super::reading::{Reading, may};
use super::{Context, Failure, bots};

/// Bans a person; again replaces the reason. When it returns nothing of the community reaches them any more, on any node.
///
/// # Errors
/// [`Failure`]
pub async fn ban(
    context: &Context,
    by: Caller,
    community: CommunityId,
    ban: BanPerson,
) -> Result<(), Failure> {
    let user = ban.user_id;
    context.ask(community, by, ban).await?;
    bots::put_out(context, community, user).await
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
    let reading = Reading::of(context, reader, community);
    reading.answer(may(Permission::BanMembers), |fence| context.store.bans_of(fence, query)).await
}
