//! Invites: how people come into a community.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{CommunityId, Timestamp, UserId, shape};

/// An invite, as a member who may see it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
pub struct Invite {
    pub code: String,
    pub community_id: CommunityId,
    pub created_by: UserId,
    /// Acceptances at most; null for any number.
    #[validate(custom(function = "shape::at_least_one"))]
    pub max_uses: Option<i64>,
    pub uses: i64,
    pub expires_at: Option<Timestamp>,
    /// The page that accepts it.
    pub url: String,
}

/// What an invite shows to somebody who holds its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitePreview {
    pub code: String,
    pub community_id: CommunityId,
    pub community_name: String,
    pub community_slug: String,
    pub member_count: i64,
    pub expires_at: Option<Timestamp>,
}

/// `POST /api/communities/{id}/invites`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    #[validate(custom(function = "shape::at_least_one"))]
    pub max_uses: Option<i64>,
    pub expires_at: Option<Timestamp>,
    /// A direct invite: only this person may accept it.
    pub user_id: Option<UserId>,
    #[validate(custom(function = "shape::mutation_key"))]
    pub client_mutation_id: Option<String>,
}
