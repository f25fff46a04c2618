//! What is done to people who disturb others: mutes and bans, and why.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{SecondCount, TopicText};
use crate::{Timestamp, Trimmed, User, shape};

/// Why something is done to a person: `PUT|DELETE /api/communities/{id}/bans/{user_id}` and others.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// For the audit log, and for the person, who is told; at most 500 characters, null or absent for none.
    #[validate(custom(function = "shape::topic"))]
    #[schema(value_type = Option<TopicText>)]
    pub reason: Option<Trimmed>,
}

/// A member to be muted: `PUT /api/communities/{id}/mutes/{user_id}`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MuteMember {
    /// For how long, 100 years at most; null or absent until it is lifted.
    #[validate(custom(function = "shape::seconds"))]
    #[schema(value_type = Option<SecondCount>)]
    pub seconds: Option<i64>,
    /// For the audit log, and for the person, who is told; at most 500 characters, null or absent for none.
    #[validate(custom(function = "shape::topic"))]
    #[schema(value_type = Option<TopicText>)]
    pub reason: Option<Trimmed>,
}

/// A person who may not come back into a community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ban {
    /// Who it is.
    pub user: User,
    /// Why; null where that was not said.
    pub reason: Option<String>,
    /// Who banned them; null where that is not known.
    pub actor: Option<User>,
    /// Since when.
    pub created_at: Timestamp,
}
