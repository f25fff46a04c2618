//! Rows about what people are told of: that they are still to be told, and what they set for it.

use ajet_protocol::{
    ChannelId, CommunityId, MessageId, NotificationReason, NotifyLevel, QuietHours, Timestamp, UserId,
};
use uuid::Uuid;

/// A person is to be told of something by the notifier, once. Any verb may add it to what it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueNotice {
    /// A new id of this notice alone: by it the person is told once, however often the notifier asks.
    pub id: Uuid,
    /// Who is to be told.
    pub user_id: UserId,
    pub reason: NotificationReason,
    /// What it is about ([`Notification::source_id`](ajet_protocol::Notification::source_id)).
    pub source_id: Uuid,
    /// Where it happened; `None` outside of communities.
    pub community_id: Option<CommunityId>,
    /// The channel that it is about: only who is in it is told.
    pub channel_id: Option<ChannelId>,
    /// Who did it; of what no one did, the person themselves.
    pub actor: UserId,
    /// When it was decided: as the audit log has it.
    pub at: Timestamp,
}

/// What else notifications rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeChange {
    /// People are to be told of a new message, whomever it mentions.
    DueMessage { message_id: MessageId, at: Timestamp },
    /// What of a community's channels a person wants to be told of.
    SetCommunityLevel { user_id: UserId, community_id: CommunityId, notify: NotifyLevel },
    /// When a person's notifications are silent; `None`: never.
    SetQuietHours { user_id: UserId, hours: Option<QuietHours> },
}
