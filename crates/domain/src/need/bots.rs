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
    /// Whether it has joined a private channel.
    pub in_private: bool,
    /// The bot's own rights in the community.
    pub standing: Standing,
}

/// [`Needs::bot_counts`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BotCount;

/// [`Needs::tokens`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenOf(pub TokenId);
