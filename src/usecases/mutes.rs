//! Muting members.

use ajet_domain::asked::Caller;
use ajet_domain::community::{Mute, Unmute};
use ajet_protocol::{CommunityId, UserId};

use super::{Context, Failure};

/// Mutes a member for a time, or until it is lifted.
///
/// # Errors
/// [`Failure`]
pub async fn mute(context: &Context, by: Caller, community: CommunityId, mute: Mute) -> Result<(), Failure> {
    context.ask(community, by, mute).await
}

/// Lifts a mute; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn unmute(
    context: &Context,
    by: Caller,
    community: CommunityId,
    user_id: UserId,
    reason: Option<String>,
) -> Result<(), Failure> {
    context.ask(community, by, Unmute { user_id, reason }).await
}
