//! The people of a community: listed, changed, removed by others or by themselves.

use ajet_domain::asked::Caller;
use ajet_domain::community::{Kick, LeaveCommunity, UpdateMember};
use ajet_protocol::{CommunityId, Member, Page, PageQuery, Trimmed, UserId};

use super::reading::{Reading, belongs};
use super::{Context, Failure, Found, bots};
use crate::store::api_tokens::Ended;

/// The people of a community; with a text those alone whose names hold it.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    like: Option<&Trimmed>,
    query: &PageQuery,
) -> Result<Page<Member>, Failure> {
    let reading = Reading::of(context, reader, community);
    match like {
        Some(like) => reading.answer(belongs, |fence| context.store.members_like(fence, like, query)).await,
        None => reading.answer(belongs, |fence| context.store.members_of(fence, query)).await,
    }
}

/// One member.
///
/// # Errors
/// [`Failure`]
pub async fn get(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    person: UserId,
) -> Result<Member, Failure> {
    let reading = Reading::of(context, reader, community);
    reading.answer(belongs, |fence| context.store.member_for(fence, person)).await?.or_not_found()
}

/// Changes a member; what one is called oneself is one's own.
///
/// # Errors
/// [`Failure`]
pub async fn update(
    context: &Context,
    by: Caller,
    community: CommunityId,
    update: UpdateMember,
) -> Result<Member, Failure> {
    let update = UpdateMember { own: update.user_id == by.id(), ..update };
    context.ask(community, by, update).await
}

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
    bots::put_out(context, community, user).await
}

/// Leaves a community. A bot that leaves ends: its tokens are worth nothing when this returns.
///
/// # Errors
/// [`Failure`]
pub async fn leave(context: &Context, by: Caller, community: CommunityId) -> Result<(), Failure> {
    let user = by.user.clone();
    context.ask(community, by, LeaveCommunity).await?;
    if user.bot {
        return bots::put_out(context, community, user.id).await;
    }
    // What they made ends with their membership.
    Ok(context.revocation.end_tokens(Ended::OfBot(user.id)).await?)
}
