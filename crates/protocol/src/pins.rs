//! What moderators do in a channel besides deleting single messages: pins, purges and slow mode.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{KeyText, PurgeCount, SlowSeconds};
use crate::{MessageId, UserId, shape};

/// `{"message_id": …, "user_id": …}`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PinPayload {
    /// Which message it is.
    pub message_id: MessageId,
    /// Who pinned it, or took the pin away.
    pub user_id: UserId,
}

/// How many messages are to be deleted: `POST /api/channels/{id}/messages/purge`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurgeMessages {
    /// The newest ones that are not deleted yet, 1 to 100.
    #[validate(custom(function = "shape::purge_count"))]
    #[schema(value_type = PurgeCount)]
    pub count: i64,
    /// The caller's key for this purge; a repetition with the same key deletes nothing.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// The pause between two messages of one person in a channel: `PUT /api/channels/{id}/slow_mode`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlowChannel {
    /// 0 for none, 6 hours (21600) at most.
    #[validate(custom(function = "shape::slow_seconds"))]
    #[schema(value_type = SlowSeconds)]
    pub seconds: i64,
}
