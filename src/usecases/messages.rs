//! Messages: posted, read, edited, deleted.

use ajet_domain::Draft;
use ajet_domain::asked::{Caller, Key, Via};
use ajet_domain::channel::{Ballot, Delete, Edit, Post};
use ajet_domain::verb::Made;
use ajet_protocol::events::MessagePayload;
use ajet_protocol::{
    AttachmentId, ChannelId, Code, MentionType, Message, MessageId, MessageQuery, Page, Permission, Poll,
    Trimmed, UserId,
};
use serde_json::value::RawValue;

use super::reading::{Reading, may_in, sees};
use super::{Context, Created, Failure, Found, GivenKey, former, slow_mode, typed_names};

/// A message to be posted.
#[derive(Debug, Clone)]
pub struct Posting {
    /// May be empty where there are files or a poll.
    pub body: Trimmed,
    pub parent_id: Option<MessageId>,
    /// Whether a reply also stands in the channel itself.
    pub also_to_channel: bool,
    pub attachments: Vec<AttachmentId>,
    pub poll: Option<Poll>,
}

impl Posting {
    /// A text alone.
    #[must_use]
    pub fn text(body: Trimmed) -> Self {
        Self { body, parent_id: None, also_to_channel: false, attachments: Vec::new(), poll: None }
    }

    /// Whether release 0.1.0 can have been asked for it.
    fn is_old(&self) -> bool {
        !self.also_to_channel && self.attachments.is_empty() && self.poll.is_none()
    }

    /// The key of a request for it. A digest that release 0.1.0 stored is never that of a request which it did not know.
    fn key(&self, channel: ChannelId, key: GivenKey) -> Key {
        if self.is_old() {
            key.key(|| former(&(channel, &self.body, self.parent_id)))
        } else {
            key.without_former()
        }
    }
}

/// Posts a message, of a person or a webhook.
///
/// # Errors
/// [`Failure`]
pub async fn post(
    context: &Context,
    by: Caller,
    channel: ChannelId,
    posting: Posting,
    key: GivenKey,
) -> Result<Created<Message>, Failure> {
    let key = posting.key(channel, key);
    let Posting { body, parent_id, also_to_channel, attachments, poll } = posting;
    let body = typed_names::stored(context, &by, channel, &body).await?;
    let draft = if body.is_empty() { Draft::empty() } else { draft(context, channel, &body).await? };
    let caller = by.clone();
    let poll = poll.map(Ballot::from);
    let post = Post { draft, parent_id, also_to_channel, attachments, poll };
    let posted = context.make(channel, by, key, post).await;
    match slow_mode::told_when(context, (caller.id(), channel), posted).await? {
        Made::New(payload) => {
            context.presence.posted(caller.id(), channel);
            let message = message_of(&payload)?;
            context.places.note(message.id, channel);
            Ok(Created::New(as_author_sees(context, &caller, message).await))
        }
        // How it is now: what was made of it since, only the store knows.
        Made::Before(id) => {
            Ok(Created::Before(posted_before(context, &caller, channel, MessageId(id)).await?))
        }
    }
}

/// A message that was just written, with the names that its author sees beside those that everybody may know of.
async fn as_author_sees(context: &Context, by: &Caller, message: Message) -> Message {
    let is_of_person = !matches!(by.via, Via::Webhook { .. });
    let names_channels = message.mentions.iter().any(|mention| mention.kind == MentionType::Channel);
    if !(is_of_person && names_channels) {
        return message;
    }
    // It is written, whatever comes of reading it again.
    get(context, by.id(), message.id).await.unwrap_or(message)
}

/// What an earlier request posted, for those who may still see it: a person as a reader, a webhook as long as it may post.
async fn posted_before(
    context: &Context,
    by: &Caller,
    channel: ChannelId,
    id: MessageId,
) -> Result<Message, Failure> {
    let Via::Webhook { maker } = by.via else { return get(context, by.id(), id).await };
    let reading = Reading::within(context, maker, channel).await?;
    let judge = |standing| may_in(Permission::ManageWebhooks)(standing).map_err(|_| Failure::not_found());
    reading.answer(judge, |fence| context.store.message_for(fence, id)).await?.or_not_found()
}

/// The message of an event's payload, before the first reaction, reply or pin.
fn message_of(payload: &RawValue) -> Result<Message, Failure> {
    let payload: MessagePayload = serde_json::from_str(payload.get()).map_err(|error| {
        tracing::error!(%error, "an answer is no message");
        Failure::new(Code::Internal, "The message was posted, but can't be shown.")
    })?;
    Ok(payload.message.into())
}

/// Renders a text, with the names of whom it mentions.
async fn draft(context: &Context, channel: ChannelId, body: &Trimmed) -> Result<Draft, Failure> {
    let draft = Draft::compose(body);
    let mut draft = draft.ok_or_else(|| Failure::field("body_md", "blank", "shows nothing"))?;
    if !draft.called.is_empty() {
        let mentions: Vec<_> = draft.mentions().collect();
        let names = context.store.names_of(channel, &mentions).await?;
        draft.fill(&names);
    }
    Ok(draft)
}

/// A page of a channel's history.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    query: &MessageQuery,
) -> Result<Page<Message>, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.history(fence, query)).await
}

/// One message; of a deleted one its place.
///
/// # Errors
/// [`Failure`]
pub async fn get(context: &Context, reader: UserId, id: MessageId) -> Result<Message, Failure> {
    let channel = context.channel_of(id).await?;
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.message_for(fence, id)).await?.or_not_found()
}

/// The first version of the wire that carries all parts of a message.
const CARRIES_PARTS: u16 = 3;

/// Replaces a message's text.
///
/// # Errors
/// [`Failure`]
pub async fn edit(
    context: &Context,
    by: Caller,
    message_id: MessageId,
    body: &Trimmed,
) -> Result<Message, Failure> {
    let channel = context.channel_of(message_id).await?;
    keeps_parts(context, by.id(), channel, message_id).await?;
    let body = typed_names::stored(context, &by, channel, body).await?;
    let (draft, author) = (draft(context, channel, &body).await?, by.id());
    let edited = *context.ask(channel, by, Edit { message_id, draft }).await?;
    if edited.mentions.iter().any(|mention| mention.kind == MentionType::Channel) {
        return get(context, author, message_id).await;
    }
    // Its channel does not know what stands beside the message; without it the answer would show a message that has none of it.
    let reading = Reading::within(context, author, channel).await?;
    reading.answer(sees, |fence| context.store.with_parts(fence, edited.clone())).await
}

/// Refuses for now what would tell readers of a message without its parts: the node that would edit it is of a release that knows none of them.
async fn keeps_parts(
    context: &Context,
    editor: UserId,
    channel: ChannelId,
    message: MessageId,
) -> Result<(), Failure> {
    if context.cluster.owner_speaks::<Edit>(channel, CARRIES_PARTS) {
        return Ok(());
    }
    Reading::within(context, editor, channel).await?.let_in(sees).await?;
    if !context.store.has_newer_parts(message).await? {
        return Ok(());
    }
    Err(Failure::new(Code::Unavailable, "A node of an older release has this channel; try again in a while."))
}

/// Deletes a message; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, message_id: MessageId) -> Result<(), Failure> {
    let channel = context.channel_of(message_id).await?;
    context.ask(channel, by, Delete { message_id }).await
}
