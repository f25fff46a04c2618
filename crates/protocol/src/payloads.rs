//! Payloads of events about messages, channels, communities and members.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ChannelId, ChannelShown, CommunityShown, Member, MessageId, MessageShown, Unread, UserId};

/// `{"message": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessagePayload {
    /// The message as it is after the event.
    pub message: MessageShown,
}

/// `{"message_id": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessageGone {
    /// Which message it was.
    pub message_id: MessageId,
}

/// `{"message_id": …, "user_id": …, "emoji": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReactionPayload {
    /// The message that the emoji stands under.
    pub message_id: MessageId,
    /// Whose reaction it is.
    pub user_id: UserId,
    /// The emoji itself, always in the same form.
    pub emoji: String,
}

/// `{"channel": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChannelPayload {
    /// The channel as it is after the event.
    pub channel: ChannelShown,
}

/// `{"channel_id": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChannelGone {
    /// Which channel it was.
    pub channel_id: ChannelId,
}

/// `{"community": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CommunityPayload {
    /// The community as it is after the event.
    pub community: CommunityShown,
}

/// `{"member": …}`; with `channel_id` in the envelope it is about that channel's membership.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberPayload {
    /// The member as they are after the event.
    pub member: Member,
}

/// `{"user_id": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemberGone {
    /// Who it was.
    pub user_id: UserId,
}

/// `{"channel_id": …, "message_id": …, "unread": …}`; for the person who has read alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadPayload {
    /// Where the person has read.
    pub channel_id: ChannelId,
    /// Everything up to this message counts as read; null where nothing does, after the first message was marked as unread.
    pub message_id: Option<MessageId>,
    /// What came after it by then.
    pub unread: Unread,
}

/// `{"channel_id": …, "message_id": …, "following": …}`; for the person who set it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThreadPreferencesPayload {
    /// Where the thread is.
    pub channel_id: ChannelId,
    /// The message that begins the thread.
    pub message_id: MessageId,
    /// Whether the person follows it from now on.
    pub following: bool,
}
