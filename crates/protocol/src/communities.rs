//! Communities and the people in them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{CommunityId, RoleId, Timestamp, Trimmed, User, shape};

/// A member's standing in a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A plain member.
    Member,
    /// May do all but touch the owner.
    Admin,
    /// May do all.
    Owner,
}

impl Role {
    /// The role's name on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "member" => Ok(Role::Member),
            "admin" => Ok(Role::Admin),
            "owner" => Ok(Role::Owner),
            other => Err(UnknownName(other.to_owned())),
        }
    }
}

/// A stored name that no variant has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName(pub String);

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown name {:?}", self.0)
    }
}

impl std::error::Error for UnknownName {}

/// A community, as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
pub struct Community {
    pub id: CommunityId,
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    /// Unique; `[a-z0-9-]+`, 2 to 40 characters.
    #[validate(custom(function = "shape::slug"))]
    pub slug: String,
    /// The caller's own role.
    pub role: Role,
    pub created_at: Timestamp,
}

/// A person in a community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    pub user: User,
    pub role: Role,
    /// Custom roles.
    pub roles: Vec<RoleId>,
    pub nickname: Option<String>,
    pub avatar_url: Option<String>,
    pub muted_until: Option<Timestamp>,
    pub joined_at: Timestamp,
}

/// `POST /api/communities`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCommunity {
    #[validate(custom(function = "shape::name"))]
    pub name: Trimmed,
    #[validate(custom(function = "shape::slug"))]
    pub slug: String,
    #[validate(custom(function = "shape::mutation_key"))]
    pub client_mutation_id: Option<String>,
}
