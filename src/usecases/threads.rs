//! Threads: their replies, and who follows them.

use ajet_domain::asked::Caller;
use ajet_domain::person::{FollowThread, PersonCore, UnfollowThread};
use ajet_domain::verb::Listed;
use ajet_protocol::{Message, MessageId, Page, PageQuery, UserId};

use super::reading::{Reading, sees};
use super::{Context, Failure};

/// A page of the replies to a message.
///
/// # Errors
/// [`Failure`]
pub async fn replies(
    context: &Context,
    reader: UserId,
    parent: MessageId,
    query: &PageQuery,
) -> Result<Page<Message>, Failure> {
    let channel = context.channel_of(parent).await?;
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.replies(fence, parent, query)).await
}

/// Has a person follow a thread; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn follow(context: &Context, by: Caller, message_id: MessageId) -> Result<(), Failure> {
    set(context, by, message_id, FollowThread { message_id }).await
}

/// Has a person follow a thread no longer; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn unfollow(context: &Context, by: Caller, message_id: MessageId) -> Result<(), Failure> {
    set(context, by, message_id, UnfollowThread { message_id }).await
}

/// Sets something about a thread for the person alone. Whether they may know of it is judged here, by the rights of now: the person's entity
/// does not look at those in the channel, and no statement checks them.
async fn set<V>(context: &Context, by: Caller, message: MessageId, verb: V) -> Result<(), Failure>
where
    V: Listed<Entity = PersonCore, Answer = ()>,
{
    let person = by.id();
    let channel = context.channel_of(message).await?;
    Reading::within(context, person, channel).await?.let_in_now(sees).await?;
    context.ask(person, by, verb).await
}
