//! People and bots, and the development sign-in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{NameText, UsernameText};
use crate::{Timestamp, Trimmed, UserId, shape};

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
