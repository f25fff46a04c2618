//! Rights of those who read: what a verb checks for itself, a read checks here.

use ajet_domain::{Denied, Refusal, Standing};
use ajet_protocol::{ChannelId, CommunityId, Permission, UserId};

use super::{Context, Failure, Found};

/// Whether a person may do something in a community. It is not there for those who do not belong to it.
///
/// # Errors
/// 404 or 403
pub async fn may(
    context: &Context,
    person: UserId,
    community: CommunityId,
    one: Permission,
) -> Result<(), Failure> {
    let standing = context.store.standing_at(community, person).await?.or_not_found()?;
    allowed(&standing, standing.in_community, one)
}

/// Whether a person may do something in a channel. It is not there for those who may not see it.
///
/// # Errors
/// 404 or 403
pub async fn may_in(
    context: &Context,
    person: UserId,
    channel: ChannelId,
    one: Permission,
) -> Result<(), Failure> {
    let (_, standing) = context.store.standing_in(channel, person).await?.or_not_found()?;
    allowed(&standing, standing.sees_channel, one)
}

fn allowed(standing: &Standing, is_there: bool, one: Permission) -> Result<(), Failure> {
    match (is_there, standing.may(one)) {
        (false, _) => Err(Failure::not_found()),
        (true, false) => Err(Denied::Forbidden.said().into()),
        (true, true) => Ok(()),
    }
}
