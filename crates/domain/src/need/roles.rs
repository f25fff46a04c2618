//! Questions about custom roles, and about what channels allow and deny.

use ajet_protocol::{ChannelId, Permissions, RoleId, UserId};
use uuid::Uuid;

use crate::Standing;

/// [`Needs::roles`](super::Needs::roles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleOf(pub RoleId);

/// [`Needs::role_counts`](super::Needs::role_counts). There is one answer a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoleCount;

/// [`Needs::held_roles`](super::Needs::held_roles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldRoles(pub UserId);

/// [`Needs::role_allowances`](super::Needs::role_allowances).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AllowedTo {
    pub role: RoleId,
    /// Whose rights are looked up where the role is allowed something.
    pub user: UserId,
}

/// What a channel allows a custom role, beside what a person may do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub allow: Permissions,
    /// The person's rights in that channel.
    pub standing: Standing,
}

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
