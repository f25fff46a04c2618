//! Invites: how people come into a community.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{KeyText, UseCount};
use crate::{CommunityId, Timestamp, UserId, shape};

/// An invite, as a member who may see it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
pub struct Invite {
    /// What stands in its address.
    pub code: String,
    /// The community that it leads into.
    pub community_id: CommunityId,
    /// Who made it.
    pub created_by: UserId,
    /// Acceptances at most; null for any number.
    #[validate(custom(function = "shape::at_least_one"))]
    #[schema(minimum = 1)]
    pub max_uses: Option<i64>,
    /// Acceptances so far.
    #[schema(minimum = 0)]
    pub uses: i64,
    /// When it ends; null for never.
    pub expires_at: Option<Timestamp>,
    /// The page that accepts it.
    #[schema(format = "uri")]
    pub url: String,
}

/// What an invite shows to somebody who holds its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitePreview {
    /// What stands in the invite's address.
    pub code: String,
    /// The community that it leads into.
    pub community_id: CommunityId,
    /// The community's name.
    pub community_name: String,
    /// The community's part of addresses.
    pub community_slug: String,
    /// How many people are in it; counted up to 1000.
    #[schema(minimum = 0)]
    pub member_count: i64,
    /// When the invite ends; null for never.
    pub expires_at: Option<Timestamp>,
}

/// An invite to be created, every field of it optional: `POST /api/communities/{id}/invites`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// Acceptances at most; null or absent for any number.
    #[validate(custom(function = "shape::at_least_one"))]
    #[schema(value_type = Option<UseCount>)]
    pub max_uses: Option<i64>,
    /// When it ends; null or absent for never.
    pub expires_at: Option<Timestamp>,
    /// A direct invite: only this person may accept it.
    pub user_id: Option<UserId>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// An invite's code as it stands in an address; what can't be one is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCode(pub String);

impl std::str::FromStr for InviteCode {
    type Err = NoInviteCode;
    fn from_str(text: &str) -> Result<Self, NoInviteCode> {
        let fits =
            text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if fits { Ok(Self(text.to_owned())) } else { Err(NoInviteCode) }
    }
}

/// A text that can't be the code of an invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoInviteCode;
