//! Reading: how far a person has read a channel, and what they have not read yet.

use ajet_domain::person::{MarkRead, MarkUnread, PersonCore};
use ajet_domain::verb::Listed;
use ajet_domain::{Caller, Denied, Refusal, Scope, Standing};
use ajet_protocol::{ChannelId, Code, UnreadChannel, UnreadChannels, UserId};
use futures::future::join_all;

use super::reading::{Reading, belongs, of_seen, sees};
use super::{Context, Failure};

/// Communities and direct messages that are read at once for one list.
pub(super) const AT_ONCE: usize = 4;

/// Moves a person's read marker on; never back.
///
/// # Errors
/// [`Failure`]
pub async fn mark_read(context: &Context, by: Caller, mark: MarkRead) -> Result<(), Failure> {
    moved(context, by, mark.channel_id, mark).await
}

/// Moves a person's read marker back, so that a message and all after it are unread again.
///
/// # Errors
/// [`Failure`]
pub async fn mark_unread(context: &Context, by: Caller, mark: MarkUnread) -> Result<(), Failure> {
    moved(context, by, mark.channel_id, mark).await
}

/// Moves a person's read marker of a channel.
///
/// Whether they may know of the channel is judged here, so that a refusal tells nothing else. What passes is asked of the person's
/// entity, which looks up the membership and the message, and whose append rests on the rights of that moment.
async fn moved<V>(context: &Context, by: Caller, channel: ChannelId, mark: V) -> Result<(), Failure>
where
    V: Listed<Entity = PersonCore, Answer = ()>,
{
    let reader = by.id();
    let reading = Reading::within(context, reader, channel).await?;
    reading.let_in(has_joined).await?;
    match context.ask(reader, by, mark).await {
        Err(refused) if refused.code == Code::Invalid => {
            // They may have been let in by rights that they have lost since: then the channel is not there for them.
            reading.let_in_now(has_joined).await?;
            Err(refused)
        }
        answered => answered,
    }
}

/// Lets in who has joined the channel. It is not there for those who may not know of it.
fn has_joined(standing: Standing) -> Result<(), Failure> {
    sees(standing)?;
    if standing.in_channel { Ok(()) } else { Err(Denied::Forbidden.said().into()) }
}

/// What a person has not read, in all channels that they see and have joined. Those in which nothing is counted are left out.
///
/// # Errors
/// [`Failure`]
pub async fn unread(context: &Context, reader: UserId) -> Result<UnreadChannels, Failure> {
    let topics = context.store.topics_of(reader).await?;
    let scopes: Vec<Scope> = topics.all().map(|(topic, ..)| Scope::from(topic)).collect();
    let mut items: Vec<UnreadChannel> = Vec::new();
    for some in scopes.chunks(AT_ONCE) {
        let reading = some.iter().map(|scope| unread_in(context, reader, *scope));
        // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
        for found in join_all(reading).await {
            items.extend(found?);
        }
    }
    items.sort_unstable_by_key(|one| one.channel_id);
    Ok(UnreadChannels { items, has_more: false })
}

/// The same in one community or direct message.
async fn unread_in(context: &Context, reader: UserId, scope: Scope) -> Result<Vec<UnreadChannel>, Failure> {
    let reading = Reading::channels_of(context, reader, scope);
    let read =
        reading.answer(belongs, |fence| {
            of_seen(context, fence, move |fence, seen| async move {
                context.store.unread_among(fence, &seen).await
            })
        });
    match read.await {
        // They have left it meanwhile.
        Err(failure) if failure.code == Code::NotFound => Ok(Vec::new()),
        found => found,
    }
}
