//! Rows about bots and their tokens. A bot ends with its membership ([`Change::RemoveMember`](super::Change::RemoveMember)), and its tokens with it.

use ajet_protocol::{Bot, BotId, Timestamp, TokenId, TokenScopes, User, UserId};

/// A row about a bot or a token to change.
#[derive(Debug, Clone, PartialEq)]
pub enum BotChange {
    /// A new bot, with the account that it is a member as.
    Add { bot: Box<Bot>, user: Box<User>, by: UserId },
    /// The picture of a bot's account.
    SetAvatar { user_id: UserId, avatar_url: Option<String> },
    /// A new token.
    AddToken(Box<NewApiToken>),
    /// The token is worth nothing from now on.
    RevokeToken { id: TokenId },
}

/// A token to be kept: only the hash of its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct NewApiToken {
    pub id: TokenId,
    pub bot_id: BotId,
    /// The bot's account.
    pub user_id: UserId,
    pub token_hash: Vec<u8>,
    pub scopes: TokenScopes,
    pub expires_at: Option<Timestamp>,
    pub by: UserId,
    pub at: Timestamp,
}
