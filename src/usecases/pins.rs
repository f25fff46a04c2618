//! What moderators do with the messages of a channel: they pin them, take pins away, and delete many at once.

use ajet_domain::asked::Caller;
use ajet_domain::channel::{Pin, Purge, PurgeOnce, Unpin};
use ajet_protocol::{ChannelId, Message, MessageId, Page, PageQuery, Permission, UserId};

use super::reading::{Reading, may_in, sees};
use super::{Context, Failure, GivenKey};

/// Pins a message to its channel; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn set(context: &Context, by: Caller, message_id: MessageId) -> Result<(), Failure> {
    let channel = context.channel_of(message_id).await?;
    context.ask(channel, by, Pin { message_id }).await
}

/// Takes a message's pin away; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn lift(context: &Context, by: Caller, message_id: MessageId) -> Result<(), Failure> {
    let channel = context.channel_of(message_id).await?;
    context.ask(channel, by, Unpin { message_id }).await
}

/// A page of the messages that are pinned to a channel.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    query: &PageQuery,
) -> Result<Page<Message>, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.pins_of(fence, query)).await
}

/// Deletes the newest messages of a channel; how many. Which ones that are is told here, so that a second attempt deletes no others; a
/// repetition with the caller's own key is answered as the first request was.
///
/// # Errors
/// [`Failure`]
pub async fn purge(
    context: &Context,
    by: Caller,
    channel: ChannelId,
    count: i64,
    key: GivenKey,
) -> Result<u32, Failure> {
    let reading = Reading::within(context, by.id(), channel).await?;
    let judge = may_in(Permission::ManageMessages);
    let message_ids = reading.answer(judge, |fence| context.store.newest_in(fence, count)).await?;
    match key {
        GivenKey::Fresh => context.ask(channel, by, Purge { message_ids }).await,
        given => context.make(channel, by, given.without_former(), PurgeOnce { message_ids }).await,
    }
}
