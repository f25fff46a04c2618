//! What the rule of rights is told of a community and of a person.

use std::collections::HashMap;

use ajet_protocol::{ChannelId, Role, Timestamp, Visibility};

/// What decides on rights in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelRights {
    pub visibility: Visibility,
}

/// What decides on rights in a community.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommunityRights {
    /// All of its channels; another one is not there.
    pub channels: HashMap<ChannelId, ChannelRights>,
}

/// A membership, as far as rights depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRights {
    pub role: Role,
    pub muted_until: Option<Timestamp>,
    /// Sorted, each once.
    joined: Box<[ChannelId]>,
}

impl MemberRights {
    /// A person of this role who has joined these channels, in any order.
    #[must_use]
    pub fn new(role: Role, muted_until: Option<Timestamp>, mut joined: Vec<ChannelId>) -> Self {
        joined.sort_unstable();
        joined.dedup();
        Self { role, muted_until, joined: joined.into_boxed_slice() }
    }

    /// The channels that the person has joined, sorted.
    #[must_use]
    pub fn joined(&self) -> &[ChannelId] {
        &self.joined
    }

    /// Whether the person has joined the channel.
    #[must_use]
    pub fn has_joined(&self, channel: ChannelId) -> bool {
        self.joined.binary_search(&channel).is_ok()
    }
}
