//! People and bots, and the development sign-in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{Timestamp, Trimmed, UserId, shape};

/// A person or bot, as everybody may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
pub struct User {
    pub id: UserId,
    /// Unique without regard to case.
    #[validate(custom(function = "shape::username"))]
    pub username: String,
    #[validate(custom(function = "shape::name"))]
    pub display_name: String,
    #[validate(custom(function = "shape::web_url"))]
    pub avatar_url: Option<String>,
    #[validate(custom(function = "shape::topic"))]
    pub status_text: Option<String>,
    /// Whether a program speaks here.
    pub bot: bool,
    pub created_at: Timestamp,
}

/// The caller's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    #[serde(flatten)]
    pub user: User,
    /// Shown to nobody else.
    pub email: Option<String>,
}

/// `POST /auth/dev`: sign in by name alone, on a loopback development server.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DevSignIn {
    #[validate(custom(function = "shape::username"))]
    pub username: Trimmed,
    /// Taken for a new account; an existing one keeps its own.
    #[validate(custom(function = "shape::name"))]
    pub display_name: Option<Trimmed>,
}

/// The answer to a sign-in.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// The session token, for `Authorization: Bearer`.
    pub token: String,
    pub user: User,
}

/// Without the token.
impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("user", &self.user.id).finish_non_exhaustive()
    }
}
