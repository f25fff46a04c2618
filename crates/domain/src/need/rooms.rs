//! Questions about a community's channels and categories.

use ajet_protocol::{ChannelId, UserId};

/// [`super::Needs::all_categories`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AllCategories;

/// [`super::Needs::channel_tallies`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChannelTally;

/// The channels of a community, as a new one is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChannelTotal {
    pub count: i64,
    /// The highest position of a channel that every member knows of; `None` where each is hidden from somebody.
    pub last: Option<i32>,
}

/// [`super::Needs::memberships`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MembershipOf {
    pub user: UserId,
    pub channel: ChannelId,
}

/// [`super::Needs::others_in`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OthersIn {
    pub channel: ChannelId,
    /// Who does not count.
    pub but: UserId,
}

/// [`super::Needs::default_channels`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DefaultChannel;
