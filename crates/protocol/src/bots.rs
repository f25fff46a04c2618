//! Stub.
use crate::{BotId, CommunityId, Timestamp, TokenId, TokenScope, UserId};

/// Stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// Stub.
    pub id: BotId,
    /// Stub.
    pub community_id: CommunityId,
    /// Stub.
    pub name: String,
    /// Stub.
    pub user_id: UserId,
    /// Stub.
    pub scopes: Vec<TokenScope>,
    /// Stub.
    pub created_at: Timestamp,
}

/// Stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Stub.
    pub id: TokenId,
    /// Stub.
    pub token: Option<String>,
}
