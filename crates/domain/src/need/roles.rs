//! Questions about custom roles, and about what channels allow and deny.

use ajet_protocol::{ChannelId, RoleId, UserId};
use uuid::Uuid;

/// [`Needs::roles`](super::Needs::roles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleOf(pub RoleId);

/// [`Needs::role_counts`](super::Needs::role_counts). There is one answer a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleCount;

/// [`Needs::held_roles`](super::Needs::held_roles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldRoles(pub UserId);

/// [`Needs::overwrites`](super::Needs::overwrites).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OverwriteOf {
    pub channel: ChannelId,
    /// A role, a person, or the community for everybody.
    pub target: Uuid,
}

/// [`Needs::overwrite_counts`](super::Needs::overwrite_counts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OverwriteCount(pub ChannelId);

/// [`Needs::overwritten`](super::Needs::overwritten).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OverwrittenFor(pub UserId);
