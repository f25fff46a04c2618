//! How high a person stands: who may do something to whom.

use ajet_protocol::Role;

use super::{CommunityRights, MemberRights};

/// How high a person stands in a community. Who does something to another person must not stand below them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Rank {
    /// A member without custom roles, or no member at all.
    #[default]
    None,
    /// By the highest position of their custom roles.
    Role(i32),
    /// Above every custom role.
    Admin,
    /// Above all others.
    Owner,
}

impl Rank {
    /// How high a member stands. A custom role that is not there any more counts for nothing.
    #[must_use]
    pub fn of(community: &CommunityRights, member: &MemberRights) -> Self {
        match member.role {
            Role::Owner => Self::Owner,
            Role::Admin => Self::Admin,
            Role::Member => {
                let held = member.roles().iter().filter_map(|role| community.roles.get(role));
                held.map(|role| role.position).max().map_or(Self::None, Self::Role)
            }
        }
    }

    /// Whether the person stands above every custom role: overwrites leave what they may do as it is.
    #[must_use]
    pub fn is_above_roles(self) -> bool {
        self >= Self::Admin
    }
}
