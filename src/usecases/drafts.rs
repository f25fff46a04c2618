//! Drafts: what a person has begun to write in a channel that they see.

use ajet_domain::asked::Caller;
use ajet_domain::person::{RemoveDraft, SetDraft};
use ajet_protocol::{ChannelDraft, ChannelId, MessageId, UserId};

use super::reading::{Reading, sees};
use super::{Context, Failure, Found};

/// The reader's draft in a channel, or as a reply there.
///
/// # Errors
/// [`Failure`]
pub async fn get(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    parent: Option<MessageId>,
) -> Result<ChannelDraft, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.draft_for(fence, parent)).await?.or_not_found()
}

/// Keeps a draft; it replaces the one before.
///
/// # Errors
/// [`Failure`]
pub async fn set(context: &Context, by: Caller, draft: SetDraft) -> Result<ChannelDraft, Failure> {
    let reader = by.id();
    let reading = Reading::within(context, reader, draft.channel_id).await?;
    reading.let_in_now(sees).await?;
    takes_reply(context, reading, draft.parent_id).await?;
    Ok(*context.ask(reader, by, draft).await?)
}

/// Drops a draft; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn remove(context: &Context, by: Caller, draft: RemoveDraft) -> Result<(), Failure> {
    let reader = by.id();
    let reading = Reading::within(context, reader, draft.channel_id).await?;
    reading.let_in_now(sees).await?;
    context.ask(reader, by, draft).await
}

/// Refuses a parent that is no message of the channel, or is a reply itself.
pub(super) async fn takes_reply(
    context: &Context,
    reading: Reading<'_>,
    parent: Option<MessageId>,
) -> Result<(), Failure> {
    let Some(parent) = parent else { return Ok(()) };
    let found = reading.answer(sees, |fence| context.store.message_for(fence, parent)).await?;
    match found {
        None => Err(Failure::field("parent_id", "not_found", "names no message of this channel")),
        Some(message) if message.parent_id.is_some() => {
            Err(Failure::field("parent_id", "nested", "names a reply; threads are one level deep"))
        }
        Some(_) => Ok(()),
    }
}
