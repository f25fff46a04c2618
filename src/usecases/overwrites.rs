//! What channels allow and deny everybody, roles and people.

use ajet_domain::asked::Caller;
use ajet_domain::community::{RemoveOverwrite, SetOverwrite};
use ajet_protocol::{ChannelId, Overwrite, Page, PageQuery, UserId};

use super::reading::{Reading, sees};
use super::{Context, Failure};

/// What a channel allows and denies, for those who may know of the channel.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    query: &PageQuery,
) -> Result<Page<Overwrite>, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.overwrites_of(fence, query)).await
}

/// Sets what a channel allows and denies; again replaces it.
///
/// # Errors
/// [`Failure`]
pub async fn set(context: &Context, by: Caller, overwrite: SetOverwrite) -> Result<Overwrite, Failure> {
    let community = context.community_of(overwrite.channel_id).await?;
    context.ask(community, by, overwrite).await
}

/// Removes what a channel allows and denies; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn remove(context: &Context, by: Caller, overwrite: RemoveOverwrite) -> Result<(), Failure> {
    let community = context.community_of(overwrite.channel_id).await?;
    context.ask(community, by, overwrite).await
}
