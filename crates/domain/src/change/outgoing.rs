//! The rows of outgoing webhooks, and of what they are sent.

use ajet_protocol::{ChannelId, DeliveryId, EventType, OffReason, OutgoingWebhookId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// What the requests of an outgoing webhook are signed with, sealed before it comes here: who asks for the webhook is shown it in clear, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSecret(pub Vec<u8>);

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedSecret")
    }
}

/// Where the requests of an outgoing webhook go. It may hold a secret, so it is in no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetUrl(pub String);

impl std::fmt::Debug for TargetUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TargetUrl")
    }
}

/// A row of an outgoing webhook to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutgoingChange {
    AddWebhook {
        id: OutgoingWebhookId,
        url: TargetUrl,
        events: Vec<EventType>,
        /// `None`: all channels, and what is of none.
        channel_ids: Option<Vec<ChannelId>>,
        secret: SealedSecret,
        by: UserId,
        at: Timestamp,
    },
    /// A webhook as it is afterwards.
    UpdateWebhook {
        id: OutgoingWebhookId,
        url: TargetUrl,
        events: Vec<EventType>,
        channel_ids: Option<Vec<ChannelId>>,
        /// Why it is switched off; `None`: it is on.
        off: Option<OffReason>,
        /// What this person sees it is sent from now on.
        acts_for: UserId,
    },
    /// The webhook is gone. What it was to be sent goes later.
    RemoveWebhook { id: OutgoingWebhookId },
    /// A delivery that was settled is tried again from the beginning.
    ReplayDelivery { id: DeliveryId },
}
