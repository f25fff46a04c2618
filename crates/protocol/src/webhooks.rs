//! Incoming webhooks: how other programs post into one channel.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{KeyText, NameText, OptionalWebAddress, WebAddress};
use crate::{ChannelId, Timestamp, Trimmed, UserId, WebhookId, json, shape};

/// An incoming webhook; its address is shown once, at creation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// The webhook's id.
    pub id: WebhookId,
    /// The channel that it posts to.
    pub channel_id: ChannelId,
    /// The name that its messages stand under, unless they say another.
    pub name: String,
    /// The picture that its messages stand under, unless they say another; null for none.
    #[schema(format = "uri")]
    pub avatar_url: Option<String>,
    /// The address to post to, secret included; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(format = "uri", nullable = false)]
    pub url: Option<String>,
    /// Who made it; it is off while they may not manage webhooks in its channel.
    pub created_by: UserId,
    /// When it was made.
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

/// A webhook to be created: `POST /api/channels/{id}/webhooks`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// The name that its messages stand under, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = NameText)]
    pub name: Trimmed,
    /// The picture that its messages stand under.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = Option<WebAddress>)]
    pub avatar_url: Option<String>,
    /// The caller's key for this creation; a repetition gives the first webhook again, without its address.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// What is to be changed of a webhook: `PATCH /api/webhooks/{id}`. What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// The name that its next messages stand under, 1 to 80 characters after trimming; null counts as absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub name: Option<Trimmed>,
    /// The picture that its next messages stand under; null or an empty text takes it away.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::web_url_or_none"))]
    #[schema(value_type = Option<OptionalWebAddress>)]
    pub avatar_url: Option<String>,
    /// Another channel of the same community, in which the caller may manage webhooks as well; null counts as absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
}
