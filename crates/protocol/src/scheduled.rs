//! Scheduled messages: written now, sent once at a later time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{BodyText, KeyText};
use crate::{ChannelId, MessageId, ScheduledId, Timestamp, Trimmed, shape};

/// What became of a scheduled message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledState {
    /// It is still to be sent.
    Pending,
    /// It was sent.
    Sent,
    /// It could not be sent, and will not be.
    Failed,
}

/// A message of the caller's that is to be sent later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scheduled {
    /// Its id, which is not that of the message.
    pub id: ScheduledId,
    /// The channel that it is for.
    pub channel_id: ChannelId,
    /// The message that it is to reply to; null for one to the channel itself.
    pub parent_id: Option<MessageId>,
    /// What is to be said, as Markdown; empty once it was sent, since it stands in the message then.
    pub body_md: String,
    /// When it is to be sent.
    pub send_at: Timestamp,
    /// What became of it.
    pub state: ScheduledState,
    /// The code of the refusal where it failed, such as `forbidden`; else null.
    pub reason: Option<String>,
    /// The message, where it was sent; else null.
    pub message_id: Option<MessageId>,
    /// When the caller asked for it.
    pub created_at: Timestamp,
}

/// A message to be sent later: `POST /api/channels/{id}/scheduled`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleMessage {
    /// Markdown, 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    #[schema(value_type = BodyText)]
    pub body_md: Trimmed,
    /// The message that it is to reply to; itself no reply.
    pub parent_id: Option<MessageId>,
    /// When it is to be sent, in the future, at most a year ahead.
    pub send_at: Timestamp,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// What is to be changed of a scheduled message: `PATCH /api/scheduled/{id}`. What is absent or null stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateScheduled {
    /// Markdown, 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    #[schema(value_type = Option<BodyText>)]
    pub body_md: Option<Trimmed>,
    /// When it is to be sent, in the future, at most a year ahead.
    pub send_at: Option<Timestamp>,
}

/// `{"scheduled_id": …, "message_id": …, "channel_id": …}`; for the person who scheduled it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduledSent {
    /// What was to be sent.
    pub scheduled_id: ScheduledId,
    /// The message that it is now.
    pub message_id: MessageId,
    /// The channel that it stands in.
    pub channel_id: ChannelId,
}

/// `{"scheduled_id": …, "channel_id": …, "reason": …}`; for the person who scheduled it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduledFailed {
    /// What was to be sent.
    pub scheduled_id: ScheduledId,
    /// The channel that it was for.
    pub channel_id: ChannelId,
    /// The code of the refusal, such as `forbidden`.
    pub reason: String,
}
