//! Questions about the bots of a community and their tokens.

use ajet_protocol::{BotId, TokenId, TokenScopes, UserId};

#[cfg(doc)]
use super::Needs;
use crate::Standing;

/// [`Needs::bots`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BotOf(pub BotId);

/// A bot, as its community knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BotFacts {
    /// Its account.
    pub user: UserId,
    /// What its tokens may be used for at most.
    pub scopes: TokenScopes,
    /// How many of its tokens are neither revoked nor expired.
    pub tokens: i64,
    /// Whether the system's owner has its account out of use.
    pub is_deactivated: bool,
    /// The bot's own rights in the community.
    pub standing: Standing,
}

/// [`Needs::seen_beyond`]: whether a bot of the community sees a channel of it that a person does not, or takes part in a direct message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeesBeyond {
    pub bot: BotId,
    pub person: UserId,
}

/// [`Needs::bot_counts`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BotCount;

/// [`Needs::tokens`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenOf(pub TokenId);
