//! Custom roles of a community, and what its channels allow and deny them and single people.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::communities::UnknownName;
use crate::forms::{KeyText, NameText, RolePosition};
use crate::{ChannelId, CommunityId, Permission, RoleId, Trimmed, shape};

/// A custom role of a community: who holds it may do what it grants, besides what every member may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomRole {
    /// The role's id.
    pub id: RoleId,
    /// The community that it belongs to.
    pub community_id: CommunityId,
    /// Its name; unique in its community.
    pub name: String,
    /// What it grants.
    pub permissions: Vec<Permission>,
    /// How high it stands among the custom roles; all of them stand below admins and owners.
    #[schema(minimum = 0, maximum = 1000)]
    pub position: i32,
}

/// A role to be created: `POST /api/communities/{id}/roles`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRole {
    /// The name, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = NameText)]
    pub name: Trimmed,
    /// What it grants; nothing by default.
    pub permissions: Option<Vec<Permission>>,
    /// How high it stands among the custom roles, 0 to 1000; 0 by default.
    #[validate(custom(function = "shape::role_position"))]
    #[schema(value_type = Option<RolePosition>)]
    pub position: Option<i64>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// What is to be changed of a role: `PATCH /api/roles/{id}`. What is absent or null stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRole {
    /// The new name, 1 to 80 characters after trimming.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub name: Option<Trimmed>,
    /// All that it grants afterwards.
    pub permissions: Option<Vec<Permission>>,
    /// How high it stands among the custom roles, 0 to 1000.
    #[validate(custom(function = "shape::role_position"))]
    #[schema(value_type = Option<RolePosition>)]
    pub position: Option<i64>,
}

/// Whose rights an overwrite changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverwriteTarget {
    /// Those of a custom role; the community's own id stands for everybody.
    Role,
    /// Those of one member.
    User,
}

impl OverwriteTarget {
    /// Its name on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OverwriteTarget::Role => "role",
            OverwriteTarget::User => "user",
        }
    }
}

impl std::str::FromStr for OverwriteTarget {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "role" => Ok(OverwriteTarget::Role),
            "user" => Ok(OverwriteTarget::User),
            other => Err(UnknownName(other.to_owned())),
        }
    }
}

/// What a channel allows and denies everybody, a role or a member. First that for everybody counts, then those for roles, of which
/// an allowance wins, then the one for the person. Owners and admins are not touched by any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Overwrite {
    /// The channel.
    pub channel_id: ChannelId,
    /// The role or the person; the community's own id stands for everybody.
    pub target_id: Uuid,
    /// Which of the two; `role` where it is everybody.
    pub target_type: OverwriteTarget,
    /// What they may do here, whatever holds elsewhere.
    pub allow: Vec<Permission>,
    /// What they may not do here.
    pub deny: Vec<Permission>,
}

/// What a channel is to allow and deny: `PUT /api/channels/{id}/overwrites/{target_id}`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "apart"))]
pub struct SetOverwrite {
    /// What is allowed; nothing by default.
    pub allow: Option<Vec<Permission>>,
    /// What is denied; nothing by default.
    pub deny: Option<Vec<Permission>>,
}

fn apart(request: &SetOverwrite) -> Result<(), ValidationError> {
    let (allow, deny) =
        (request.allow.as_deref().unwrap_or_default(), request.deny.as_deref().unwrap_or_default());
    if allow.iter().any(|one| deny.contains(one)) {
        let message = "can't both hold the same permission";
        return Err(shape::of_fields(&["allow", "deny"], "exclusive", message));
    }
    Ok(())
}

/// `{"role": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RolePayload {
    /// The role as it is after the event.
    pub role: CustomRole,
}

/// `{"role_id": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoleGone {
    /// Which role it was. Its holders have it no more, and what channels allowed and denied it is gone with it.
    pub role_id: RoleId,
}

/// `{"overwrite": …}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OverwritePayload {
    /// The overwrite as it is after the event; one that was removed, as it was before.
    pub overwrite: Overwrite,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_not_denied_as_well() {
        let view = || Some(vec![Permission::ViewChannel]);
        let all = [
            (None, None, true),
            (view(), None, true),
            (view(), Some(vec![Permission::SendMessages]), true),
            (view(), view(), false),
        ];
        for (allow, deny, fits) in all {
            let request = SetOverwrite { allow, deny };
            assert_eq!(request.validate().is_ok(), fits, "{request:?}");
        }
    }

    #[test]
    fn targets_read_as_they_are_written() {
        for one in [OverwriteTarget::Role, OverwriteTarget::User] {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert_eq!(serde_json::to_value(one).expect("encodes"), one.as_str());
        }
    }
}
