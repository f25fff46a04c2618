//! Who is in a channel: listed, let in and put out by others.

use ajet_domain::asked::Caller;
use ajet_domain::community::{AddToChannel, RemoveFromChannel};
use ajet_protocol::{ChannelId, Member, Page, PageQuery, UserId};

use super::channels::leave;
use super::reading::{Reading, sees};
use super::{Context, Failure};

/// The people in a channel, for those who see it.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    query: &PageQuery,
) -> Result<Page<Member>, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.members_of_channel(fence, query)).await
}

/// Lets a member of the community into a channel; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn add(context: &Context, by: Caller, add: AddToChannel) -> Result<(), Failure> {
    let community = context.community_of(add.channel_id).await?;
    context.ask(community, by, add).await
}

/// Puts a person out of a channel; the caller themselves leaves it. Again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn remove(context: &Context, by: Caller, remove: RemoveFromChannel) -> Result<(), Failure> {
    if remove.user_id == by.id() {
        return leave(context, by, remove.channel_id).await;
    }
    let community = context.community_of(remove.channel_id).await?;
    context.ask(community, by, remove).await
}
