//! What a token says, and for whom.

use ajet_protocol::{CommunityId, Permissions, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Seconds from a token's beginning to its end, at most. One that says more is not accepted, whichever key signed it.
pub const LONGEST_SECONDS: u64 = 600;

/// A service beside the server. A token is for one of them: no other accepts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Runs agents that act for people and bots.
    Agents,
    /// Lets people into rooms where they talk.
    Voice,
}

impl Service {
    /// Every service there is.
    pub const ALL: [Self; 2] = [Self::Agents, Self::Voice];

    /// Its name in a token, the claim `aud`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agents => "ajet-agents",
            Self::Voice => "ajet-voice",
        }
    }
}

/// What the server says of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// A person's or a bot's account.
    pub subject: UserId,
    pub bot: bool,
    /// The community in which it holds.
    pub tenant: CommunityId,
    /// What they may do there.
    pub permissions: Permissions,
    /// For whom it is said.
    pub service: Service,
}

/// The claims of a token, as they are signed. Times are whole seconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The server's public address.
    pub iss: String,
    /// The service that may accept it; a list of several is refused.
    pub aud: String,
    pub sub: UserId,
    /// Whether the subject is a bot.
    pub bot: bool,
    pub tenant: CommunityId,
    /// The names of permissions with a space between them (RFC 8693).
    pub scope: String,
    pub iat: u64,
    pub nbf: u64,
    pub exp: u64,
    pub jti: Uuid,
}

impl Claims {
    /// Claims that hold from a moment until another one, but for [`LONGEST_SECONDS`] at most. `id` must be a new one.
    #[must_use]
    pub fn new(issuer: &str, grant: &Grant, id: Uuid, from: Timestamp, until: Timestamp) -> Self {
        let scope: Vec<&str> = grant.permissions.names().into_iter().map(|one| one.as_str()).collect();
        let from = seconds(from);
        Self {
            iss: issuer.to_owned(),
            aud: grant.service.as_str().to_owned(),
            sub: grant.subject,
            bot: grant.bot,
            tenant: grant.tenant,
            scope: scope.join(" "),
            iat: from,
            nbf: from,
            exp: seconds(until).clamp(from, from.saturating_add(LONGEST_SECONDS)),
            jti: id,
        }
    }
}

/// Whole seconds since the Unix epoch.
pub fn seconds(moment: Timestamp) -> u64 {
    moment.unix_millis() / 1000
}
