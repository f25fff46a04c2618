//! Incoming webhooks: how other programs post into one channel.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{ChannelId, Timestamp, Trimmed, UserId, WebhookId, shape};

/// An incoming webhook; its address is shown once, at creation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    pub id: WebhookId,
    pub channel_id: ChannelId,
    pub name: String,
    pub avatar_url: Option<String>,
    /// The address to post to, secret included; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

/// Without the address, which holds the secret.
impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("id", &self.id)
            .field("channel_id", &self.channel_id)
            .finish_non_exhaustive()
    }
}

/// `POST /api/channels/{id}/webhooks`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    #[validate(custom(function = "shape::name"))]
    pub name: Trimmed,
    #[validate(custom(function = "shape::web_url"))]
    pub avatar_url: Option<String>,
    #[validate(custom(function = "shape::mutation_key"))]
    pub client_mutation_id: Option<String>,
}
