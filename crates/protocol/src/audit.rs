//! Audit logs. That of a community: who did what with a right that not everybody has, and to whom or what. That of the system, and of one's
//! own account: who signed in, which sessions ended, and what the system's owner did.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{AuditId, Timestamp, User, limits};

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// The line's id; ids of a community's lines sort by time.
    pub id: AuditId,
    /// Who did it; null where that is not known any more, and where the server did it by itself.
    pub actor: Option<User>,
    /// What was done, such as `member.ban` or `channel.update`.
    pub action: String,
    /// What it was done to.
    pub target: AuditedThing,
    /// What else was noted, by name: `reason`, `name` and others, by the action. Empty where it is about a channel that the caller does not
    /// see.
    pub details: BTreeMap<String, String>,
    /// When it was done.
    pub created_at: Timestamp,
}

/// What an act was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditedThing {
    /// Its kind: `user`, `channel`, `message`, `category`, `role`, `invite`, `webhook`,
    /// `outgoing_webhook`, `bot`, `token`, `emoji`, `command` or `community`; outside of communities also `session` and `system`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id; it may be gone by now. Null where the action has no target, and where it is about a channel that the caller does not see.
    pub id: Option<Uuid>,
}

/// Why a session ended before its time: the `reason` of a line `session.end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// By its own token.
    SignedOut,
    /// From another session, or the list of sessions.
    Ended,
    /// The same browser signed in anew.
    Replaced,
}

impl SessionEnd {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Ended => "ended",
            Self::Replaced => "replaced",
        }
    }
}

/// Whether a text can be the name of an action: lower-case words with dots between them.
#[must_use]
pub fn is_action(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
    (1..=limits::ACTION_CHARS).contains(&text.len()) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_words_with_dots() {
        for good in ["member.ban", "channel.member_add"] {
            assert!(is_action(good), "{good}");
        }
        for bad in ["", "member ban", "member.ban\0", "Member.ban", &"x".repeat(65)] {
            assert!(!is_action(bad), "{bad:?}");
        }
    }
}
