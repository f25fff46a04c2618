//! What changes of an incoming webhook that is there.

use ajet_protocol::{ChannelId, WebhookId};

/// A webhook as it is from now on, and the account that it posts under; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUpdate {
    pub id: WebhookId,
    pub name: Option<String>,
    /// `Some(None)`: it shows no picture.
    pub avatar_url: Option<Option<String>>,
    /// Where it posts.
    pub channel_id: Option<ChannelId>,
}
