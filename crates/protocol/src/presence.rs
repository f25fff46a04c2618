//! Who is online, and who is typing: what is told, and never stored (I10).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::UserId;

/// What a person says of their typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypingState {
    /// They are typing. A client says so again every few seconds for as long as they do.
    Start,
    /// They have stopped.
    Stop,
}

/// Whether somebody is typing: `POST /api/channels/{id}/typing`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTyping {
    /// `start` lasts for 15 seconds, unless it is said again; `stop` ends it at once.
    pub state: TypingState,
}

/// The people of a community who are online: `GET /api/communities/{id}/presence`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct OnlinePeople {
    /// Those who share a channel with the reader that both have joined, by id; and the reader.
    pub online: Vec<UserId>,
}

/// Data of `presence.diff`: people who came and went since the last one, as far as the reader shares a joined channel or a direct
/// message with them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct PresenceDiff {
    /// They are online now.
    pub online: Vec<UserId>,
    /// They are not online any more.
    pub offline: Vec<UserId>,
}

impl PresenceDiff {
    /// Whether it tells of no one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.online.is_empty() && self.offline.is_empty()
    }
}

/// `{"user_id": …}`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TypingPayload {
    /// Who is typing, or has stopped.
    pub user_id: UserId,
}
