//! Messages and what hangs on them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{AttachmentId, ChannelId, MessageId, Timestamp, Trimmed, User, shape};

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
}

/// A structured mention of a message body (MP-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Mention {
    #[serde(rename = "type")]
    pub kind: MentionType,
    /// The person or channel; null for `here`.
    pub target_id: Option<Uuid>,
}

/// One emoji under a message, with everybody who chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    pub emoji: String,
    pub count: i64,
    pub reacted_by_me: bool,
}

/// How far an upload's check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentStatus {
    Pending,
    Clean,
    Infected,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    pub id: AttachmentId,
    pub filename: String,
    pub content_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub status: AttachmentStatus,
    pub url: String,
}

/// A message. A deleted one keeps its place, without body, attachments or reactions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    pub id: MessageId,
    pub channel_id: ChannelId,
    pub author: User,
    /// The message this one replies to; threads are one level deep.
    pub parent_id: Option<MessageId>,
    pub body_md: String,
    /// Safe to insert into a page as it is.
    pub body_html: String,
    pub attachments: Vec<Attachment>,
    pub reactions: Vec<Reaction>,
    pub mentions: Vec<Mention>,
    pub reply_count: i64,
    pub pinned: bool,
    /// The stream number of the event that created it.
    pub seq: u64,
    /// The author's key for this creation; the server's own where the author sent none.
    pub client_mutation_id: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub deleted: bool,
}

/// `POST /api/channels/{id}/messages`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostMessage {
    /// Markdown, 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    pub body_md: Trimmed,
    pub parent_id: Option<MessageId>,
    #[serde(default)]
    pub attachment_ids: Vec<AttachmentId>,
    #[validate(custom(function = "shape::mutation_key"))]
    pub client_mutation_id: Option<String>,
}

/// `PUT /api/messages/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// Markdown, 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    pub body_md: Trimmed,
}
