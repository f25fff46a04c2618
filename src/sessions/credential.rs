//! What a caller showed to be let in, and what it may be used for.

use ajet_domain::asked::{Caller, Via};
use ajet_protocol::{Scope, SessionId, Timestamp, TokenScopes, User};
use tokio::time::Instant;

use crate::store::accounts::LiveSession;

/// A signed-in session, or an API token of a bot.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Of a token its own id.
    pub id: SessionId,
    pub user: User,
    pub expires_at: Timestamp,
    /// What a token may be used for; `None` for a session, which may do all that its person may.
    pub scopes: Option<TokenScopes>,
    /// When it began to be read: what ended later may not show in it.
    pub read_at: Instant,
}

impl From<LiveSession> for Credential {
    fn from(session: LiveSession) -> Self {
        let LiveSession { id, user, expires_at, scopes, read_at, .. } = session;
        Self { id, user, expires_at, scopes, read_at }
    }
}

impl Credential {
    /// Whether it is enough for what takes this scope.
    #[must_use]
    pub fn is_enough_for<S: Scope>(&self) -> bool {
        match (self.scopes, S::TOKEN) {
            (None, _) => true,
            (Some(scopes), Some(one)) => scopes.contains(one),
            (Some(_), None) => false,
        }
    }

    /// The caller as verbs take them: a token's scopes also limit the permissions that it uses.
    #[must_use]
    pub fn caller(&self) -> Caller {
        let by = Caller::session(self.user.clone());
        match self.scopes {
            None => by,
            Some(scopes) => Caller { via: Via::Token, scopes: Some(scopes.permissions()), ..by },
        }
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::scopes::{ChannelsRead, MessagesRead, MessagesWrite, SessionOnly};
    use ajet_protocol::{Permission, TokenScope, UserId};
    use uuid::Uuid;

    use super::*;

    fn with(scopes: Option<&[TokenScope]>) -> Credential {
        let at = Timestamp::from_unix_millis(0);
        let user = User {
            id: UserId(Uuid::nil()),
            username: "ann".into(),
            display_name: "Ann".into(),
            avatar_url: None,
            status_text: None,
            bot: scopes.is_some(),
            created_at: at,
        };
        let scopes = scopes.map(TokenScopes::of);
        Credential { id: SessionId(Uuid::nil()), user, expires_at: at, scopes, read_at: Instant::now() }
    }

    #[test]
    fn a_session_is_enough_for_everything() {
        let session = with(None);
        assert!(session.is_enough_for::<MessagesWrite>() && session.is_enough_for::<SessionOnly>());
        assert_eq!((session.caller().via, session.caller().scopes), (Via::Session, None));
    }

    #[test]
    fn a_token_is_enough_for_its_scopes_alone() {
        let token = with(Some(&[TokenScope::MessagesRead, TokenScope::ChannelsRead]));
        assert!(token.is_enough_for::<MessagesRead>() && token.is_enough_for::<ChannelsRead>());
        assert!(!token.is_enough_for::<MessagesWrite>() && !token.is_enough_for::<SessionOnly>());
        assert!(!with(Some(&[])).is_enough_for::<MessagesRead>(), "a token without a scope");
        let all = with(Some(TokenScope::ALL));
        assert!(all.is_enough_for::<MessagesWrite>() && !all.is_enough_for::<SessionOnly>());
    }

    #[test]
    fn a_tokens_scopes_limit_the_permissions_that_it_uses() {
        let by = with(Some(&[TokenScope::MessagesWrite])).caller();
        let limit = by.scopes.expect("a token is limited");
        assert_eq!(by.via, Via::Token);
        assert!(limit.contains(Permission::SendMessages) && !limit.contains(Permission::ManageChannels));
    }
}
