//! Questions about a community's outgoing webhooks.

use ajet_protocol::{ChannelId, DeliveryId, DeliveryStatus, EventType, OffReason, OutgoingWebhookId, UserId};

use crate::change::TargetUrl;

/// [`super::Needs::outgoing_webhooks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutgoingWebhookOf(pub OutgoingWebhookId);

/// An outgoing webhook as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingFacts {
    pub url: TargetUrl,
    pub events: Vec<EventType>,
    pub channel_ids: Option<Vec<ChannelId>>,
    pub off: Option<OffReason>,
    pub acts_for: UserId,
}

/// [`super::Needs::outgoing_counts`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutgoingCount;

/// [`super::Needs::deliveries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeliveryOf(pub DeliveryId);

/// A delivery as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryFacts {
    pub webhook: OutgoingWebhookId,
    pub status: DeliveryStatus,
    /// Whether its webhook is switched off.
    pub is_off: bool,
}
