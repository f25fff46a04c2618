//! Messages and what hangs on them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::forms::{BodyText, KeyText, PostText};
use crate::{
    AttachmentId, ChannelId, LinkPreview, MessageId, Poll, PollShown, PostPoll, Timestamp, Trimmed, User,
    json, shape,
};

/// Whom a mention calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MentionType {
    /// One person.
    User,
    /// Everybody online in the channel.
    Here,
    /// A link to a channel.
    Channel,
    /// Everybody who holds a custom role.
    Role,
    /// Everybody in the channel.
    Everyone,
}

/// A structured mention of a message body (MP-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Mention {
    /// Whom or what it calls.
    #[serde(rename = "type")]
    pub kind: MentionType,
    /// The person, role or channel; null for `here` and `everyone`.
    pub target_id: Option<Uuid>,
}

/// One emoji under a message, with everybody who chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    /// The emoji itself.
    pub emoji: String,
    /// How many people chose it.
    #[schema(minimum = 0)]
    pub count: i64,
    /// Whether the caller is one of them.
    pub reacted_by_me: bool,
}

/// How far an upload's check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentStatus {
    /// Not checked yet.
    Pending,
    /// Fit to be shown.
    Clean,
    /// Kept from everybody.
    Infected,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// The file's id.
    pub id: AttachmentId,
    /// What its author called it.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// Its size in bytes.
    #[schema(minimum = 0)]
    pub size_bytes: i64,
    /// Pixels across; null where it is no picture.
    #[schema(minimum = 0)]
    pub width: Option<i32>,
    /// Pixels down; null where it is no picture.
    #[schema(minimum = 0)]
    pub height: Option<i32>,
    /// How far its check has come.
    pub status: AttachmentStatus,
    /// Where it can be had.
    #[schema(format = "uri-reference")]
    pub url: String,
    /// What it shows, in words; null where its author has said nothing.
    pub alt: Option<String>,
    /// Where a small picture of it can be had; null where it has none.
    #[schema(format = "uri-reference")]
    pub thumbnail_url: Option<String>,
}

/// Who speaks in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A person, a bot or a webhook.
    #[default]
    Text,
    /// The system.
    System,
}

/// What is known of the replies to a message, beside how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Thread {
    /// The last three who replied, the newest first.
    pub repliers: Vec<User>,
    /// When the newest reply was posted; null for no replies.
    pub last_reply_at: Option<Timestamp>,
    /// Whether the caller follows the thread.
    pub following: bool,
}

/// A message. A deleted one keeps its place, without body, attachments or reactions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// The message's id; ids of a channel's messages sort as the messages do.
    pub id: MessageId,
    /// The channel that it stands in.
    pub channel_id: ChannelId,
    /// Who wrote it.
    pub author: User,
    /// The message this one replies to; threads are one level deep.
    pub parent_id: Option<MessageId>,
    /// What was typed, as Markdown; empty where it was deleted.
    pub body_md: String,
    /// The same as HTML: safe to insert into a page as it is.
    pub body_html: String,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// What people chose to show under it.
    pub reactions: Vec<Reaction>,
    /// Whom and what its text names.
    pub mentions: Vec<Mention>,
    /// How many replies it has that were not deleted.
    #[schema(minimum = 0)]
    pub reply_count: i64,
    /// Whether it is pinned to its channel.
    pub pinned: bool,
    /// The stream number of the event that created it: rises within a channel, with gaps.
    pub seq: u64,
    /// The author's key for this creation; the server's own where the author sent none.
    pub client_mutation_id: String,
    /// When it was posted.
    pub created_at: Timestamp,
    /// When its text was last replaced; null for never.
    pub edited_at: Option<Timestamp>,
    /// Whether its text is gone for good.
    pub deleted: bool,
    /// Whether a person or the system said it.
    #[serde(default)]
    pub kind: MessageKind,
    /// Whether a reply also stands in the channel itself.
    #[serde(default)]
    pub also_to_channel: bool,
    /// What its links show.
    #[serde(default)]
    pub previews: Vec<LinkPreview>,
    /// Its poll; null where it has none.
    pub poll: Option<Poll>,
    /// Its thread; null where it has no replies and the caller does not follow it.
    pub thread: Option<Thread>,
}

/// A message to be posted: `POST /api/channels/{id}/messages`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "says_something"))]
pub struct PostMessage {
    /// Markdown, 1 to 4000 characters after trimming; may be empty or missing where the message has files or a poll.
    #[serde(default)]
    #[validate(custom(function = "shape::body_or_none"))]
    #[schema(value_type = PostText)]
    pub body_md: Trimmed,
    /// The message that this one replies to; itself no reply.
    pub parent_id: Option<MessageId>,
    /// Whether a reply also stands in the channel itself; means nothing without `parent_id`.
    // A node of the release before refuses a field that it does not know.
    #[serde(default, deserialize_with = "json::null_as_default", skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    pub also_to_channel: bool,
    /// Files that the caller uploaded to this channel and has not used yet.
    #[serde(default, deserialize_with = "json::null_as_default")]
    #[schema(value_type = Option<Vec<AttachmentId>>)]
    pub attachment_ids: Vec<AttachmentId>,
    /// What is put to the vote.
    #[serde(default, deserialize_with = "json::object_or_none", skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub poll: Option<PostPoll>,
    /// The caller's key for this message; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// A message has a text, files or a poll.
fn says_something(message: &PostMessage) -> Result<(), ValidationError> {
    if message.body_md.is_empty() && message.attachment_ids.is_empty() && message.poll.is_none() {
        return Err(shape::of_fields(&["body_md"], "too_short", "needs at least 1 characters"));
    }
    Ok(())
}

/// A message's new text: `PUT /api/messages/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// Markdown, 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    #[schema(value_type = BodyText)]
    pub body_md: Trimmed,
}

/// A message as events show it: without what changes by other events (reactions, replies, pins, votes), which clients keep as they
/// know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageShown {
    /// The message's id.
    pub id: MessageId,
    /// The channel that it stands in.
    pub channel_id: ChannelId,
    /// Who wrote it.
    pub author: User,
    /// The message that this one replies to; null for none.
    pub parent_id: Option<MessageId>,
    /// What was typed, as Markdown.
    pub body_md: String,
    /// The same as HTML: safe to insert into a page as it is.
    pub body_html: String,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Whom and what its text names.
    pub mentions: Vec<Mention>,
    /// The stream number of the event that created it.
    pub seq: u64,
    /// The author's key for its creation.
    pub client_mutation_id: String,
    /// When it was posted.
    pub created_at: Timestamp,
    /// When its text was last replaced; null for never.
    pub edited_at: Option<Timestamp>,
    /// Whether its text is gone for good.
    pub deleted: bool,
    /// Whether a person or the system said it.
    #[serde(default)]
    pub kind: MessageKind,
    /// Whether a reply also stands in the channel itself.
    #[serde(default)]
    pub also_to_channel: bool,
    /// What its links show.
    #[serde(default)]
    pub previews: Vec<LinkPreview>,
    /// Its poll; null where it has none.
    pub poll: Option<PollShown>,
}

impl From<Message> for MessageShown {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            channel_id: message.channel_id,
            author: message.author,
            parent_id: message.parent_id,
            body_md: message.body_md,
            body_html: message.body_html,
            attachments: message.attachments,
            mentions: message.mentions,
            seq: message.seq,
            client_mutation_id: message.client_mutation_id,
            created_at: message.created_at,
            edited_at: message.edited_at,
            deleted: message.deleted,
            kind: message.kind,
            also_to_channel: message.also_to_channel,
            previews: message.previews,
            poll: message.poll.map(PollShown::from),
        }
    }
}

impl From<MessageShown> for Message {
    /// The message as it is before the first reaction, reply or pin.
    fn from(shown: MessageShown) -> Self {
        Self {
            id: shown.id,
            channel_id: shown.channel_id,
            author: shown.author,
            parent_id: shown.parent_id,
            body_md: shown.body_md,
            body_html: shown.body_html,
            attachments: shown.attachments,
            reactions: Vec::new(),
            mentions: shown.mentions,
            reply_count: 0,
            pinned: false,
            seq: shown.seq,
            client_mutation_id: shown.client_mutation_id,
            created_at: shown.created_at,
            edited_at: shown.edited_at,
            deleted: shown.deleted,
            kind: shown.kind,
            also_to_channel: shown.also_to_channel,
            previews: shown.previews,
            poll: shown.poll.map(Poll::from),
            thread: None,
        }
    }
}
