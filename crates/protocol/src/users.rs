//! People and bots, and the development sign-in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{NameText, OptionalWebAddress, TopicText, UsernameText};
use crate::{QuietHours, Timestamp, Trimmed, UserId, json, quiet, shape};

/// A person or bot, as everybody may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
pub struct User {
    /// The account's id.
    pub id: UserId,
    /// The name to sign in and to be found by; unique without regard to case.
    #[validate(custom(function = "shape::username"))]
    pub username: String,
    /// The name that people see.
    #[validate(custom(function = "shape::name"))]
    pub display_name: String,
    /// Their picture; null for none.
    #[validate(custom(function = "shape::web_url"))]
    #[schema(format = "uri")]
    pub avatar_url: Option<String>,
    /// What they say of themselves; null for nothing.
    #[validate(custom(function = "shape::topic"))]
    pub status_text: Option<String>,
    /// Whether a program speaks here.
    pub bot: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// The caller's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    #[serde(flatten)]
    pub user: User,
    /// The e-mail address, shown to this user only; null where none is known.
    pub email: Option<String>,
    /// Whether others see that the caller is there; shown to this user only.
    pub presence: PresenceMode,
    /// When the caller's notifications are silent; null for never. Shown to this user only.
    pub quiet_hours: Option<QuietHours>,
}

/// Whether others see that a person is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceMode {
    /// As long as they are.
    #[default]
    Auto,
    /// Never.
    Invisible,
}

impl PresenceMode {
    /// The name on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PresenceMode::Auto => "auto",
            PresenceMode::Invisible => "invisible",
        }
    }

    /// The mode of a name; `None` for one that this version does not know.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(PresenceMode::Auto),
            "invisible" => Some(PresenceMode::Invisible),
            _ => None,
        }
    }
}

/// What is to be changed of one's own account; what is absent stays as it is: `PATCH /api/me`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// The name that people see, 1 to 80 characters after trimming; null counts as absent. Others may have the same.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub display_name: Option<Trimmed>,
    /// What one says of oneself, at most 500 characters after trimming; null or an empty text takes it away.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::topic"))]
    #[schema(value_type = Option<TopicText>)]
    pub status_text: Option<Trimmed>,
    /// The address of one's picture; null or an empty text takes it away.
    #[serde(default, deserialize_with = "json::null_as_empty", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "shape::web_url_or_none"))]
    #[schema(value_type = Option<OptionalWebAddress>)]
    pub avatar_url: Option<String>,
    /// Whether others see that one is there; null counts as absent.
    pub presence: Option<PresenceMode>,
    /// When one's notifications are silent; null for never.
    #[serde(default, deserialize_with = "json::given_object", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "quiet::can_be_kept"))]
    #[schema(value_type = Option<QuietHours>)]
    pub quiet_hours: Option<Option<QuietHours>>,
}

/// Whom to look for: `GET /api/users`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Validate)]
pub struct UserSearch {
    /// Part of a user name or of the name that people see, without regard to case; empty for everybody whom the caller knows.
    #[validate(custom(function = "shape::topic"))]
    pub q: Trimmed,
}

/// `{"user": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserPayload {
    /// The person as they are after the event.
    pub user: User,
}

/// `{"user_id": …, "blocked": …}`; for the person who blocks alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockPayload {
    /// Who is blocked, or not any more.
    pub user_id: UserId,
    /// Whether they are blocked now.
    pub blocked: bool,
}

/// Who signs in by name alone, on a loopback development server: `POST /auth/dev`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DevSignIn {
    /// The account's user name; a new one makes a new account.
    #[validate(custom(function = "shape::username"))]
    #[schema(value_type = UsernameText)]
    pub username: Trimmed,
    /// Taken for a new account; an existing one keeps its own.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = Option<NameText>)]
    pub display_name: Option<Trimmed>,
}

/// The answer to a sign-in.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// The session token, for `Authorization: Bearer`.
    pub token: String,
    /// Who that is.
    pub user: User,
}

/// Without the token.
impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("user", &self.user.id).finish_non_exhaustive()
    }
}
