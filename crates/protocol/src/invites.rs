//! Invites: how people come into a community.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{KeyText, UseCount};
use crate::{CommunityId, Timestamp, UserId, shape};

/// An invite, as a member who may see it sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
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

/// Without the code and the address: who has them comes in.
impl std::fmt::Debug for Invite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invite")
            .field("community_id", &self.community_id)
            .field("created_by", &self.created_by)
            .field("uses", &self.uses)
            .finish_non_exhaustive()
    }
}

/// What an invite shows to somebody who holds its code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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

/// Without the code.
impl std::fmt::Debug for InvitePreview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InvitePreview").field("community_id", &self.community_id).finish_non_exhaustive()
    }
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
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InviteCode(pub String);

/// Without the code.
impl std::fmt::Debug for InviteCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteCode")
    }
}

impl From<String> for InviteCode {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for InviteCode {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_invite_is_printed_without_its_code() {
        let (code, community_id) = ("hush".to_owned(), CommunityId(Uuid::nil()));
        let invite = Invite {
            code: code.clone(),
            community_id,
            created_by: UserId(Uuid::nil()),
            max_uses: None,
            uses: 0,
            expires_at: None,
            url: format!("https://chat.example.org/invite/{code}"),
        };
        let preview = InvitePreview {
            code: code.clone(),
            community_id,
            community_name: "Ferris".into(),
            community_slug: "ferris".into(),
            member_count: 2,
            expires_at: None,
        };
        let printed = format!("{invite:?} {preview:?} {:?}", InviteCode(code));
        assert!(!printed.contains("hush"), "{printed}");
    }
}
