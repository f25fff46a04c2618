//! What a client starts with: all that it may see, as of one moment.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Category, Channel, ChannelDraft, Community, CustomRole, Emoji, Me, MessageId, NotificationId, Permission,
    User,
};

/// Everything that the caller may see, as of one moment: `GET /api/sync`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sync {
    /// Where a live stream goes on exactly from all of this: its `Last-Event-ID`.
    pub cursor: String,
    /// The caller.
    pub user: Me,
    /// The communities that the caller belongs to, by id.
    pub communities: Vec<SyncedCommunity>,
    /// The channels of these communities that the caller sees, by id.
    pub channels: Vec<SyncedChannel>,
    /// The direct messages that the caller takes part in, by id: the 500 with the newest messages, of those that `GET /api/dms` lists. The
    /// rest is there.
    pub dms: Vec<SyncedChannel>,
    /// The caller's notifications.
    pub notifications: SyncedNotifications,
    /// Whom the caller has blocked, by id.
    pub blocks: Vec<User>,
    /// What the caller has begun to write in channels that they see, by channel: the newest 1000.
    #[serde(default)]
    pub drafts: Vec<ChannelDraft>,
}

impl Sync {
    /// What the caller may do in one of these channels.
    #[must_use]
    pub fn permissions_in<'a>(&'a self, channel: &'a SyncedChannel) -> &'a [Permission] {
        if let Some(own) = &channel.my_permissions {
            return own;
        }
        let home = channel.channel.community_id;
        let community = self.communities.iter().find(|one| Some(one.community.id) == home);
        community.map(|one| one.my_permissions.as_slice()).unwrap_or_default()
    }
}

/// A person's notifications, as a client starts with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncedNotifications {
    /// How many are not read, counted up to 1000. There may be more.
    #[schema(minimum = 0)]
    pub unread: i64,
    /// The newest one, read or not; null if there are none. An event that tells of it or of an earlier one says nothing new.
    #[serde(default)]
    pub newest_id: Option<NotificationId>,
}

/// A community, as the caller sees it, with what belongs to it. Its `default_channel_id` is null also where the caller does not see that channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncedCommunity {
    #[serde(flatten)]
    pub community: Community,
    /// Its categories, in their order.
    pub categories: Vec<Category>,
    /// Its custom roles, the lowest first.
    pub roles: Vec<CustomRole>,
    /// Its custom emoji, by id.
    pub emoji: Vec<Emoji>,
    /// What the caller may do in it, before what single channels allow or deny.
    pub my_permissions: Vec<Permission>,
}

/// A channel, as the caller sees it, with what they may do there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncedChannel {
    #[serde(flatten)]
    pub channel: Channel,
    /// The last message that counts as read by the caller; null if none does, or the caller has not joined.
    pub last_read_id: Option<MessageId>,
    /// Whether the caller has joined it; absent where they have not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joined: bool,
    /// What the caller may do there; of a channel that they have not joined absent where it is `my_permissions` of the community.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub my_permissions: Option<Vec<Permission>>,
}
