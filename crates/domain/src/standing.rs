//! Where a person stands: what they may do here, and as of which ACL version that was known.

use ajet_protocol::{Permission, Permissions, Timestamp};

use crate::rights::Rank;

/// A person's rights in one community, and in one channel of it where one is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// The community's ACL version when this was read.
    pub acl_version: u64,
    /// Belongs to the community.
    pub in_community: bool,
    /// Has joined the channel.
    pub in_channel: bool,
    /// May know that the channel is there.
    pub sees_channel: bool,
    /// The channel is read-only, for everybody.
    pub archived: bool,
    /// The pause between two messages of one person in the channel, in seconds; 0 for none.
    pub slow_mode_s: u32,
    /// What they may do; where a channel is asked about, with what its overwrites deny and allow.
    pub permissions: Permissions,
    pub muted_until: Option<Timestamp>,
    /// How high they stand.
    pub rank: Rank,
}

impl Standing {
    /// Whether the person has a right that the community grants.
    #[must_use]
    pub fn may(&self, one: Permission) -> bool {
        self.in_community && self.permissions.contains(one)
    }

    /// Whether the person may know of the channel.
    #[must_use]
    pub fn sees(&self) -> bool {
        self.in_community && self.sees_channel
    }

    /// Whether the person is muted at a moment.
    #[must_use]
    pub fn muted_at(&self, now: Timestamp) -> bool {
        self.muted_until.is_some_and(|until| until > now)
    }
}
