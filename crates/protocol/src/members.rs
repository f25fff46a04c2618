//! What is changed of a member.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::NicknameText;
use crate::{Role, RoleId, Trimmed, json, limits, shape};

/// What is to be changed of a member: `PATCH /api/communities/{id}/members/{user_id}`. What is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    /// Their standing in the community; null counts as absent.
    pub role: Option<Role>,
    /// What they are called here, 1 to 80 characters after trimming; null or an empty text takes it away.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::nickname"))]
    #[schema(value_type = Option<NicknameText>)]
    pub nickname: Option<Trimmed>,
    /// All custom roles that they hold afterwards; null counts as absent.
    #[validate(custom(function = "few_roles"))]
    pub roles: Option<Vec<RoleId>>,
}

fn few_roles(roles: &[RoleId]) -> Result<(), ValidationError> {
    if roles.len() as u64 <= limits::ROLES.unsigned_abs() {
        return Ok(());
    }
    Err(ValidationError::new("too_long").with_message("names more roles than a community may have".into()))
}
