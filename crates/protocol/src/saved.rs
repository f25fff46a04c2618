//! Saved messages: what a person keeps for later, with a note and a time to be reminded of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::TopicText;
use crate::{ChannelId, Message, MessageId, Timestamp, Trimmed, shape};

/// A message that the caller saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Saved {
    /// The message as it is now; of one that was deleted its place.
    pub message: Message,
    /// What the caller noted about it; null for nothing.
    pub note: Option<String>,
    /// When the caller is to be reminded of it; null for never, and once they were.
    pub remind_at: Option<Timestamp>,
}

/// How a message is to be saved, every field of it optional: `PUT /api/messages/{id}/saved`. It replaces what was said before.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveMessage {
    /// What the caller notes about it, at most 500 characters; null, absent or empty for nothing.
    #[validate(custom(function = "shape::topic"))]
    #[schema(value_type = Option<TopicText>)]
    pub note: Option<Trimmed>,
    /// When the caller is to be reminded of it, in the future, at most a year ahead; null or absent for never.
    pub remind_at: Option<Timestamp>,
}

/// What a person said about a message that they saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SavedMark {
    /// What they noted; null for nothing.
    pub note: Option<String>,
    /// When they are to be reminded of it; null for never, and once they were.
    pub remind_at: Option<Timestamp>,
}

/// `{"message_id": …, "channel_id": …, "saved": …}`; for the person who saved it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SavedPayload {
    /// Which message it is.
    pub message_id: MessageId,
    /// The channel that it stands in.
    pub channel_id: ChannelId,
    /// How it is saved; null where it is no more.
    pub saved: Option<SavedMark>,
}
