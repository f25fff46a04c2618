//! What a client starts with: all that it may see, as of one moment.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Category, Channel, Community, CustomRole, Me, MessageId, Permission, UnreadNotifications, User};

/// Everything that the caller may see, as of one moment: `GET /api/sync`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sync {
    /// Where a live stream goes on exactly from all of this: its `Last-Event-ID`. Empty on a node that has just started; then a stream
    /// is to be opened first, and this be asked again.
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
    /// How many notifications the caller has not read.
    pub notifications: UnreadNotifications,
    /// Whom the caller has blocked, by id.
    pub blocks: Vec<User>,
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
    /// Whether the caller has joined it.
    pub joined: bool,
    /// What the caller may do there.
    pub my_permissions: Vec<Permission>,
}
