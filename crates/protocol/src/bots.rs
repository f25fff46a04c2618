//! Bots: accounts of programs that belong to a community, and the API tokens that they sign in with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::forms::{KeyText, NameText};
use crate::{BotId, CommunityId, Timestamp, TokenId, TokenScope, Trimmed, UserId, shape};

/// A bot: an account of a program. It is a member of its community, and signs in by tokens alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bot {
    /// The bot's id.
    pub id: BotId,
    /// The community that it belongs to.
    pub community_id: CommunityId,
    /// The name that it goes by.
    pub name: String,
    /// Its account, as which it is a member and writes.
    pub user_id: UserId,
    /// What its tokens may be used for at most.
    pub scopes: Vec<TokenScope>,
    /// Its picture; null for none.
    #[schema(format = "uri")]
    pub avatar_url: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An API token of a bot; the token itself is shown once, at creation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiToken {
    /// The token's id, which is no secret: a stream that the token opened names it as its session.
    pub id: TokenId,
    /// The bot that signs in with it.
    pub bot_id: BotId,
    /// The token, to be sent as `Authorization: Bearer …`; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, required = false)]
    pub token: Option<String>,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// When it ends by itself; null for never.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the hour; null if it never was.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Without the token, which is a secret.
impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiToken").field("id", &self.id).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// A bot to be created: `POST /api/communities/{id}/bots`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateBot {
    /// The name that it goes by, 1 to 80 characters after trimming; bots may share one.
    #[validate(custom(function = "shape::name"))]
    #[schema(value_type = NameText)]
    pub name: Trimmed,
    /// What its tokens may be used for at most.
    #[validate(custom(function = "few_scopes"))]
    pub scopes: Vec<TokenScope>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// A token to be created: `POST /api/bots/{id}/tokens`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it may be used for: scopes of its bot.
    #[validate(custom(function = "few_scopes"))]
    pub scopes: Vec<TokenScope>,
    /// When it ends by itself; null or absent for never.
    pub expires_at: Option<Timestamp>,
    /// The caller's key for this creation; a repetition gives the first token again, without its secret.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// A scope may be named twice, and not a thousand times.
fn few_scopes(scopes: &[TokenScope]) -> Result<(), ValidationError> {
    if scopes.len() <= 2 * TokenScope::ALL.len() {
        return Ok(());
    }
    Err(ValidationError::new("too_long").with_message("names more scopes than there are".into()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_token_is_printed_without_its_secret() {
        let at = Timestamp::from_unix_millis(0);
        let token = ApiToken {
            id: TokenId(Uuid::nil()),
            bot_id: BotId(Uuid::nil()),
            token: Some("hush".into()),
            scopes: vec![TokenScope::MessagesRead],
            expires_at: None,
            last_used_at: None,
            created_at: at,
        };
        assert!(!format!("{token:?}").contains("hush"));
        let listed = serde_json::to_value(ApiToken { token: None, ..token }).expect("JSON");
        assert_eq!((&listed["scopes"][0], listed.get("token")), (&"messages:read".into(), None));
    }

    #[test]
    fn an_unknown_scope_and_a_list_without_an_end_are_refused() {
        let read = |scopes: &str| serde_json::from_str::<CreateToken>(&format!(r#"{{"scopes":{scopes}}}"#));
        assert!(read(r#"["messages:*"]"#).is_err() && serde_json::from_str::<CreateToken>("{}").is_err());
        assert!(read(r#"["messages:read","messages:read"]"#).expect("reads").validate().is_ok());
        let many = vec!["\"messages:read\""; 100].join(",");
        assert!(read(&format!("[{many}]")).expect("reads").validate().is_err());
    }
}
