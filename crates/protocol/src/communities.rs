//! Communities and the people in them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{KeyText, NameText, SlugText};
use crate::{ChannelId, CommunityId, NotifyLevel, RoleId, Timestamp, Trimmed, User, shape};

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
    /// The community's id.
    pub id: CommunityId,
    /// Its name.
    #[validate(custom(function = "shape::name"))]
    pub name: String,
    /// Unique; `[a-z0-9-]+`, 2 to 40 characters.
    #[validate(custom(function = "shape::slug"))]
    pub slug: String,
    /// The caller's own role.
    pub role: Role,
    /// What of its channels the caller wants to be told of, where they set nothing for the channel itself.
    #[serde(default)]
    pub notify: NotifyLevel,
    /// The channel that people arrive in; null where that is not known.
    pub default_channel_id: Option<ChannelId>,
    /// Its picture; null for none.
    #[schema(format = "uri")]
    pub avatar_url: Option<String>,
    /// When it was founded.
    pub created_at: Timestamp,
}

/// What of a community's channels the caller wants to be told of: `PUT /api/communities/{id}/notify`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyCommunity {
    /// Everything, what mentions them, or nothing.
    pub level: NotifyLevel,
}

/// `{"community_id": …, "notify": …}`; for the person who set it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommunityPreferencesPayload {
    /// For which community.
    pub community_id: CommunityId,
    /// What of its channels the person wants to be told of, where they set nothing for the channel itself.
    pub notify: NotifyLevel,
}

/// A community as events show it: without what is the reader's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommunityShown {
    /// The community's id.
    pub id: CommunityId,
    /// Its name.
    pub name: String,
    /// Its part of addresses; unique.
    pub slug: String,
    /// The channel that people arrive in; null where that is not known.
    pub default_channel_id: Option<ChannelId>,
    /// Its picture; null for none.
    #[schema(format = "uri")]
    pub avatar_url: Option<String>,
    /// When it was founded.
    pub created_at: Timestamp,
}

impl From<Community> for CommunityShown {
    fn from(community: Community) -> Self {
        Self {
            id: community.id,
            name: community.name,
            slug: community.slug,
            default_channel_id: community.default_channel_id,
            avatar_url: community.avatar_url,
            created_at: community.created_at,
        }
    }
}

/// `{"community_id": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CommunityGone {
    /// Which community it was.
    pub community_id: CommunityId,
}

/// What is to be changed of a community: `PATCH /api/communities/{id}`. What is absent or null stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCommunity {
    /// The new name, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub name: Option<Trimmed>,
    /// Its new part of addresses; unique.
    #[validate(custom(function = "shape::slug"))]
    #[schema(value_type = Option<SlugText>)]
    pub slug: Option<String>,
    /// The channel that everybody joins on arrival from now on: a public text channel of the community.
    pub default_channel_id: Option<ChannelId>,
}

/// A person in a community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Who it is.
    pub user: User,
    /// Their standing in the community.
    pub role: Role,
    /// The custom roles that they hold.
    pub roles: Vec<RoleId>,
    /// What they are called here; null where that is their display name.
    pub nickname: Option<String>,
    /// Their picture here; null where that is the one of their account.
    #[schema(format = "uri")]
    pub avatar_url: Option<String>,
    /// Until when they are muted; null where they are not.
    pub muted_until: Option<Timestamp>,
    /// When they joined.
    pub joined_at: Timestamp,
}

/// A community to be founded: `POST /api/communities`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCommunity {
    /// The name, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = NameText)]
    pub name: Trimmed,
    /// Its part of addresses; unique.
    #[validate(custom(function = "shape::slug"))]
    #[schema(value_type = SlugText)]
    pub slug: String,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}
