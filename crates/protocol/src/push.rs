//! Web Push: the browsers in which a person is told of things while no page of theirs is open.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::forms::{KeyText, WebAddress};
use crate::{Timestamp, json, shape};

/// The keys of a browser's subscription, as browsers give them.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    /// The browser's public key: a point of P-256, uncompressed, in base64url.
    pub p256dh: String,
    /// The browser's secret: 16 bytes in base64url.
    pub auth: String,
}

/// A browser to be pushed to: `POST /api/me/push`.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPushSubscription {
    /// The address at the browser's push service, with https. Private networks are refused.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = WebAddress)]
    pub endpoint: String,
    /// What the browser is sent is encrypted for these: its push service can't read it.
    #[serde(deserialize_with = "json::object")]
    pub keys: PushKeys,
    /// Whether the browser is also sent who wrote, and how the message begins; null or absent leaves it as it is, at first without.
    pub with_text: Option<bool>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// A browser that is to be pushed to no more: `DELETE /api/me/push`.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovePushSubscription {
    /// The address at the browser's push service.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(value_type = WebAddress)]
    pub endpoint: String,
    /// Not needed: a browser's subscription may be sent as it is.
    #[serde(default, deserialize_with = "json::object_or_none")]
    pub keys: Option<PushKeys>,
}

/// A browser in which the caller is told of things while no page is open.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PushSubscription {
    /// The subscription's id.
    pub id: Uuid,
    /// The address at the browser's push service.
    #[schema(format = "uri")]
    pub endpoint: String,
    /// The kind of program and of system, as its session names it; null where that is not known.
    pub device: Option<String>,
    /// Whether it is the browser of the session that asks.
    pub current: bool,
    /// Whether it is also sent who wrote, and how the message begins.
    pub with_text: bool,
    /// When it was named first.
    pub created_at: Timestamp,
}

/// The browsers that the caller is pushed to, and what another one needs to become one of them.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct PushSubscriptions {
    /// The server's public key (RFC 8292), for which browsers subscribe: a point of P-256, uncompressed, in base64url.
    pub public_key: String,
    /// All of them, the oldest first.
    pub items: Vec<PushSubscription>,
    /// Always false: there are 20 at most.
    pub has_more: bool,
}
