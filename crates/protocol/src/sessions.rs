//! Signed-in sessions, as their person sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{SessionId, Timestamp};

/// A signed-in session of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The session's id, which is no secret.
    pub id: SessionId,
    /// The kind of program and of system that it was opened from, as that calls itself; null where it said nothing.
    pub device: Option<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was used last, to the hour.
    pub last_used_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}
