//! Questions about a community's own row, its invites as those see them who manage it, and the system's settings.

use ajet_protocol::{ChannelId, InviteId, Timestamp, UserId};

/// [`super::Needs::invites_by_id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InviteById(pub InviteId);

/// Whose an invite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InviteOwner {
    /// `None` where the account is gone.
    pub created_by: Option<UserId>,
    pub revoked: bool,
}

/// [`super::Needs::living_invites`]. There is one number a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LivingInvites;

/// [`super::Needs::invites_made`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InvitesBy(pub UserId);

/// [`super::Needs::communities`]. An entity belongs to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OwnCommunity;

/// A community as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityFacts {
    pub name: String,
    pub slug: String,
    /// The channel that everybody joins on arrival; `None` where a node of release 0.1.0 founded it.
    pub default_channel: Option<ChannelId>,
    /// Where its picture is.
    pub avatar_url: Option<String>,
    pub created_at: Timestamp,
}

/// [`super::Needs::open_channels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpenChannel(pub ChannelId);

/// [`super::Needs::edit_windows`]. There is one for the whole system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EditWindow;
