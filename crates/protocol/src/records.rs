//! Entities that are stored and never shown whole (requirement SC-1): their shapes and validation.
//!
//! What people see of them stands in the other modules; secrets appear here as hashes or sealed text only.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    AttachmentId, BotId, CategoryId, ChannelId, CommunityId, InviteId, MentionId, MentionType, MessageId,
    NotificationId, OauthAccountId, OauthProviderId, SessionId, Timestamp, TokenId, UserId, WebhookId, shape,
};

/// Why somebody is notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationType {
    Mention,
    Dm,
    ThreadReply,
    Invite,
    System,
}

/// A link between a person and an account at a sign-in provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct OauthAccount {
    pub id: OauthAccountId,
    pub user_id: UserId,
    #[validate(custom(function = "shape::name"))]
    pub provider: String,
    #[validate(length(min = 1, max = 255))]
    pub provider_user_id: String,
}

/// A signed-in session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    #[validate(length(min = 32, max = 32))]
    pub token_hash: Vec<u8>,
    pub expires_at: Timestamp,
}

/// A bot's account in a community.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct ApiUser {
    pub id: BotId,
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    pub community_id: CommunityId,
    pub scopes: Vec<String>,
}

/// A bot's token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct ApiToken {
    pub id: TokenId,
    pub api_user_id: BotId,
    #[validate(length(min = 32, max = 32))]
    pub token_hash: Vec<u8>,
    pub scopes: Vec<String>,
    pub expires_at: Option<Timestamp>,
}

/// A group of channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct ChannelCategory {
    pub id: CategoryId,
    pub community_id: CommunityId,
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    pub position: i32,
}

/// A person's membership of a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct ChannelMember {
    pub channel_id: ChannelId,
    pub user_id: UserId,
    pub joined_at: Timestamp,
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct AttachmentRecord {
    pub id: AttachmentId,
    pub message_id: Option<MessageId>,
    #[validate(length(min = 1, max = 255))]
    pub filename: String,
    #[validate(length(min = 1, max = 255))]
    pub content_type: String,
    #[validate(range(min = 1, max = 10_485_760))]
    pub size_bytes: i64,
    #[validate(length(min = 1, max = 1024))]
    pub storage_key: String,
}

/// One person's emoji on one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct ReactionRecord {
    pub message_id: MessageId,
    pub user_id: UserId,
    #[validate(length(min = 1, max = 64))]
    pub emoji: String,
}

/// An incoming webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct WebhookRecord {
    pub id: WebhookId,
    pub community_id: CommunityId,
    pub channel_id: ChannelId,
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    #[validate(custom(function = "shape::web_url"))]
    pub avatar_url: Option<String>,
    #[validate(length(min = 32, max = 32))]
    pub token_hash: Vec<u8>,
}

/// A stored mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct MentionRecord {
    pub id: MentionId,
    pub message_id: MessageId,
    pub target_type: MentionType,
    pub target_id: Option<uuid::Uuid>,
}

/// A person's notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct Notification {
    pub id: NotificationId,
    pub user_id: UserId,
    #[serde(rename = "type")]
    pub kind: NotificationType,
    pub source_id: uuid::Uuid,
    pub read: bool,
}

/// An invite with its own id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct InviteRecord {
    pub id: InviteId,
    pub community_id: CommunityId,
    pub created_by: UserId,
    #[validate(length(min = 8, max = 64))]
    pub code: String,
    #[validate(custom(function = "shape::at_least_one"))]
    pub max_uses: Option<i64>,
    #[validate(range(min = 0))]
    pub uses: i64,
    pub expires_at: Option<Timestamp>,
}

/// A sign-in provider; the client secret is sealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct OauthProvider {
    pub id: OauthProviderId,
    #[validate(custom(function = "shape::name"))]
    pub provider_type: String,
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    #[validate(length(min = 1, max = 255))]
    pub client_id: String,
    #[validate(length(min = 1))]
    pub client_secret_encrypted: String,
    #[validate(custom(function = "shape::web_url"))]
    pub base_url: Option<String>,
    #[validate(custom(function = "shape::web_url"))]
    pub issuer_url: Option<String>,
    pub enabled: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A setting of the whole system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct SystemSetting {
    #[validate(length(min = 1, max = 80))]
    pub key: String,
    pub value: serde_json::Value,
    pub updated_at: Timestamp,
}

/// A person's account with what only the store knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
pub struct Account {
    pub id: UserId,
    #[validate(custom(function = "shape::username"))]
    pub username: String,
    #[validate(custom(function = "shape::email"))]
    pub email: Option<String>,
}
