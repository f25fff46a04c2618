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
    /// `outgoing_webhook`, `bot`, `token`, `emoji`, `command` or `community`; outside of communities also `session`, `oauth_account`
    /// (at a sign-in provider), `oauth_provider` and `system`.
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
    /// It made room for a new one.
    TooMany,
    /// The account went out of use.
    Deactivated,
    /// The account at a provider by which it was opened was unlinked.
    Unlinked,
    /// The provider said so.
    Provider,
}

impl SessionEnd {
    /// All that there are.
    pub const ALL: &[Self] = &[
        Self::SignedOut,
        Self::Ended,
        Self::Replaced,
        Self::TooMany,
        Self::Deactivated,
        Self::Unlinked,
        Self::Provider,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Ended => "ended",
            Self::Replaced => "replaced",
            Self::TooMany => "too_many",
            Self::Deactivated => "deactivated",
            Self::Unlinked => "unlinked",
            Self::Provider => "provider",
        }
    }
}

/// What is noted outside of communities: the actions of lines that people read of themselves, and the owner of the system of everybody. Statements of the
/// store write them out; a test holds them, and the operators' documents, against this list.
pub const SYSTEM_ACTIONS: [&str; 19] = [
    "account.create",
    "account.link",
    "account.unlink",
    "device.approve",
    "device.deny",
    "oauth_provider.create",
    "oauth_provider.delete",
    "oauth_provider.update",
    "session.end",
    "session.open",
    "session.refuse",
    "settings.update",
    "sign_in.refuse",
    "sign_in_link.create",
    "sign_in_link.use",
    "token.create",
    "token.revoke",
    "user.deactivate",
    "user.reactivate",
];

/// Why somebody was not signed in who could not be told apart from a stranger: the `reason` of a line `sign_in.refuse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefusal {
    /// At the provider they said no.
    Declined,
    /// They do not belong to those whom the provider's settings let in.
    NotAdmitted,
    /// What came back belongs to no sign-in that the browser had begun and not finished.
    NotBegun,
    /// What the provider answered is not accepted.
    NotBelieved,
    /// The setting `sign_up` lets them have no account.
    NotLetIn,
    /// A link of an operator that is over, or none.
    WrongLink,
    /// A code of a device that no device waits under.
    WrongCode,
}

impl SignInRefusal {
    /// All that there are.
    pub const ALL: &[Self] = &[
        Self::Declined,
        Self::NotAdmitted,
        Self::NotBegun,
        Self::NotBelieved,
        Self::NotLetIn,
        Self::WrongLink,
        Self::WrongCode,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::NotAdmitted => "not_admitted",
            Self::NotBegun => "not_begun",
            Self::NotBelieved => "not_believed",
            Self::NotLetIn => "not_let_in",
            Self::WrongLink => "wrong_link",
            Self::WrongCode => "wrong_code",
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
    fn the_systems_actions_are_actions_in_order() {
        assert!(SYSTEM_ACTIONS.is_sorted() && SYSTEM_ACTIONS.iter().all(|action| is_action(action)));
    }

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
