//! Stub.
use ajet_protocol::{ChannelId, CommunityId, NotificationReason, Timestamp, UserId};
use uuid::Uuid;

/// Stub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueNotice {
    pub id: Uuid,
    pub user_id: UserId,
    pub reason: NotificationReason,
    pub source_id: Uuid,
    pub community_id: Option<CommunityId>,
    pub channel_id: Option<ChannelId>,
    pub actor: UserId,
    pub at: Timestamp,
}
