//! Members who go: removed by others, or by themselves.

use ajet_domain::asked::Caller;
use ajet_domain::community::{Kick, LeaveCommunity};
use ajet_protocol::{CommunityId, UserId};

use super::{Context, Failure};

/// Removes a person from a community; the caller themselves leaves it.
///
/// # Errors
/// [`Failure`]
pub async fn remove(
    context: &Context,
    by: Caller,
    community: CommunityId,
    user_id: UserId,
    reason: Option<String>,
) -> Result<(), Failure> {
    if user_id == by.id() {
        return leave(context, by, community).await;
    }
    kick(context, by, community, Kick { user_id, reason }).await
}

/// Removes another person; again changes nothing. When it returns nothing of the community reaches them any more, on any node.
///
/// # Errors
/// [`Failure`]
pub async fn kick(context: &Context, by: Caller, community: CommunityId, kick: Kick) -> Result<(), Failure> {
    let user = kick.user_id;
    context.ask(community, by, kick).await?;
    // Also where they were out already: an earlier attempt may have got no further than that.
    context.revocation.purge(community, user).await;
    Ok(())
}

/// Leaves a community.
///
/// # Errors
/// [`Failure`]
pub async fn leave(context: &Context, by: Caller, community: CommunityId) -> Result<(), Failure> {
    context.ask(community, by, LeaveCommunity).await
}
