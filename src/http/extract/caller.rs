//! Authority as an argument: who calls, checked before the handler runs.

use std::marker::PhantomData;

use ajet_protocol::{Code, Scope, User, UserId};
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};

use super::origin;
use super::peer::{Address, address_of};
use super::wrong::counted;
use crate::http::error::ApiError;
use crate::http::rates;
use crate::http::state::App;
use crate::sessions::Credential;
use crate::usecases::sessions::OwnSession;

/// The name of the session cookie on a developer's machine, and elsewhere: a browser takes the latter only over TLS, for the
/// whole host, and from no neighbour (RFC 6265bis 4.1.3.2).
pub const DEV_COOKIE: &str = "ajet_session";
pub const COOKIE: &str = "__Host-ajet_session";

/// A caller whose credential is enough for `S`: one of the scopes, or [`SessionOnly`](ajet_protocol::scopes::SessionOnly). A handler
/// names it, so that its signature says which tokens it takes.
#[derive(Clone)]
pub struct Caller<S> {
    pub session: Credential,
    /// What they signed in with, to sign out with.
    pub token: String,
    /// Whether a browser sent it by itself.
    pub by_cookie: bool,
    scope: PhantomData<fn() -> S>,
}

/// Without the token.
impl<S> std::fmt::Debug for Caller<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("session", &self.session.id).finish_non_exhaustive()
    }
}

impl<S> Caller<S> {
    /// The caller as use cases take them.
    pub fn by(&self) -> ajet_domain::Caller {
        self.session.caller()
    }

    /// The caller's id.
    pub fn id(&self) -> UserId {
        self.session.user.id
    }

    /// The session that asks, for what may be done in that one alone.
    pub fn own_session(&self) -> OwnSession {
        OwnSession { person: self.id(), id: self.session.id }
    }
}

/// Who calls, for what is taken of the same request after the caller.
#[derive(Debug, Clone, Copy)]
pub struct CallerId(pub UserId);

/// The caller, where somebody is signed in.
pub struct MaybeCaller<S>(pub Option<Caller<S>>);

/// Somebody who is signed in, before it is asked what for.
pub struct SignedIn {
    pub session: Credential,
    pub token: String,
    /// Whether a browser sent it by itself.
    pub by_cookie: bool,
}

impl SignedIn {
    /// Lets in who has the scope.
    ///
    /// # Errors
    /// 403 that names the scope
    pub fn scoped<S: Scope>(self) -> Result<Caller<S>, ApiError> {
        let Self { session, token, by_cookie } = self;
        if session.is_enough_for::<S>() {
            return Ok(Caller { session, token, by_cookie, scope: PhantomData });
        }
        let detail = match S::TOKEN {
            Some(scope) => format!("The token lacks the scope {}.", scope.as_str()),
            None => "This takes a signed-in session: no token may do it.".to_owned(),
        };
        Err(ApiError::new(Code::Forbidden, detail))
    }

    async fn of(parts: &Parts, app: &App) -> Result<Self, ApiError> {
        let tokens = tokens_of(&parts.headers, app.settings.cookie);
        if tokens.is_empty() {
            return Err(ApiError::unauthenticated());
        }
        // A process that was stopped may not know yet which sessions have ended meanwhile.
        app.guard.entitled().await;
        let address = Address(address_of(parts, app));
        let by_cookie = tokens.iter().all(|(_, by_cookie)| *by_cookie);
        let mut wrong = 0;
        for (token, by_cookie) in &tokens {
            if *by_cookie {
                origin::same_origin(parts, app)?;
            }
            let _turn = if app.tokens.remembers(token) { None } else { address.turn(app).await };
            match app.tokens.session(token, app.now(), app.revocation.is_fresh()).await {
                Ok(Some(session)) => {
                    tracing::Span::current().record("user_id", tracing::field::display(session.user.id));
                    let session = Credential::from(session);
                    rates::count_caller(parts, app, &session)?;
                    return Ok(Self { session, token: token.clone(), by_cookie: *by_cookie });
                }
                Ok(None) => wrong += 1,
                Err(error) => {
                    counted(parts, app, wrong);
                    return Err(error.into());
                }
            }
        }
        let refusal = counted(parts, app, wrong);
        // A page sends its visitor to sign in again, however many tokens from there were none.
        Err(if by_cookie { ApiError::unauthenticated() } else { refusal })
    }

    /// The same, where somebody is.
    async fn if_any(parts: &Parts, app: &App) -> Result<Option<Self>, ApiError> {
        match Self::of(parts, app).await {
            Ok(signed_in) => Ok(Some(signed_in)),
            // An invalid token is no session, however many of them came from the same address.
            Err(error) if [Code::Unauthenticated, Code::RateLimited].contains(&error.code) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<S: Scope> FromRequestParts<App> for Caller<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let caller: Self = SignedIn::of(parts, app).await?.scoped()?;
        rates::count_change(parts, app, caller.id()).await?;
        parts.extensions.insert(CallerId(caller.id()));
        Ok(caller)
    }
}

impl<S: Scope> FromRequestParts<App> for MaybeCaller<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        SignedIn::if_any(parts, app).await?.map(SignedIn::scoped).transpose().map(Self)
    }
}

/// The session of the browser's cookie, which a sign-in replaces.
///
/// A sign-in needs no session, so a cookie that is no longer valid is ignored. A client that sends neither `Sec-Fetch-Site` nor
/// `Origin` is no browser, and keeps the session of its cookie. A page of another site may not sign a browser in: its user would
/// go on under another account without noticing. The origins of `http.cors_origins` may, for a token: no cookie is sent or taken.
pub struct ReplacedSession(Option<SignedIn>);

impl ReplacedSession {
    /// Who is signed in by it.
    pub fn person(&self) -> Option<&User> {
        self.0.as_ref().map(|SignedIn { session, .. }| &session.user)
    }

    /// The session that the sign-in ends.
    pub fn ended(&self) -> Option<OwnSession> {
        self.0.as_ref().map(|SignedIn { session, .. }| OwnSession { person: session.user.id, id: session.id })
    }
}

impl FromRequestParts<App> for ReplacedSession {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if origin::is_foreign(parts, app) {
            let settings = &app.settings;
            let from = parts.headers.get(header::ORIGIN).and_then(|from| from.to_str().ok());
            let named = from.is_some_and(|from| settings.cors_origins.iter().any(|one| one == from));
            let with_cookie = tokens_of(&parts.headers, settings.cookie).iter().any(|(_, cookie)| *cookie);
            return if named && !with_cookie { Ok(Self(None)) } else { Err(origin::refusal()) };
        }
        if origin::same_origin(parts, app).is_err() {
            return Ok(Self(None));
        }
        let signed_in = SignedIn::if_any(parts, app).await?;
        Ok(Self(signed_in.filter(|one| one.by_cookie && one.session.scopes.is_none())))
    }
}

/// Cookies of our name that are looked at; a neighbour may have set some too.
const COOKIES: usize = 16;

/// The tokens of a request, and whether they came by cookie: its bearer token, or else whatever cookies of our name hold.
/// Other ways to sign in are none of ours.
pub fn tokens_of(headers: &HeaderMap, cookie: &str) -> Vec<(String, bool)> {
    match bearer_of(headers) {
        Some(token) => vec![(token.to_owned(), false)],
        None => tokens_in(headers, cookie).map(|token| (token, true)).collect(),
    }
}

/// The bearer token of a request (RFC 6750).
pub fn bearer_of(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(header::AUTHORIZATION).into_iter().find_map(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    })
}

/// What cookies of a name hold.
pub fn tokens_in(headers: &HeaderMap, cookie: &str) -> impl Iterator<Item = String> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let ours = pairs.filter_map(move |pair| {
        let (name, token) = std::str::from_utf8(pair).ok()?.trim().split_once('=')?;
        (name == cookie).then(|| token.to_owned())
    });
    ours.take(COOKIES)
}

#[cfg(test)]
mod tests {
    use ajet_protocol::scopes::{MessagesRead, MessagesWrite, SessionOnly};
    use ajet_protocol::{SessionId, Timestamp, TokenScope, TokenScopes};
    use axum::http::HeaderValue;
    use uuid::Uuid;

    use super::*;

    fn tokens(headers: &[(header::HeaderName, &str)]) -> Vec<(String, bool)> {
        let all = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_bytes(value.as_bytes()).expect("a value")));
        tokens_of(&all.collect(), DEV_COOKIE)
    }

    fn signed_in(scopes: Option<&[TokenScope]>) -> SignedIn {
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
        let read_at = tokio::time::Instant::now();
        let session = Credential { id: SessionId(Uuid::nil()), user, expires_at: at, scopes, read_at };
        SignedIn { session, token: String::new(), by_cookie: false }
    }

    /// A token is good for its scopes, and a handler that forgets to name one does not compile.
    #[test]
    fn a_token_without_the_scope_is_refused_by_its_name() {
        let few = Some(&[TokenScope::MessagesRead][..]);
        assert!(signed_in(few).scoped::<MessagesRead>().is_ok());
        let refused = signed_in(few).scoped::<MessagesWrite>().expect_err("may only read");
        assert_eq!(refused.code, Code::Forbidden);
        assert!(refused.detail.contains("messages:write"), "{}", refused.detail);
        let all = Some(TokenScope::ALL);
        let refused = signed_in(all).scoped::<SessionOnly>().expect_err("no token may");
        assert_eq!(refused.code, Code::Forbidden);
        assert!(
            signed_in(None).scoped::<SessionOnly>().is_ok()
                && signed_in(None).scoped::<MessagesWrite>().is_ok()
        );
    }

    #[test]
    fn a_bearer_token_goes_before_cookies_and_all_of_those_count() {
        use header::{AUTHORIZATION, COOKIE};
        let cookies = "ajet_session=one; other=ä; ajet_session=two";
        assert_eq!(tokens(&[(AUTHORIZATION, "bEARER  x"), (COOKIE, cookies)]), [("x".to_owned(), false)]);
        let both = [("one".to_owned(), true), ("two".to_owned(), true)];
        assert_eq!(tokens(&[(COOKIE, cookies)]), both);
        assert_eq!(tokens(&[(AUTHORIZATION, "Basic eA=="), (COOKIE, cookies)]), both, "no scheme of ours");
        assert_eq!(tokens(&[(AUTHORIZATION, "Basic eA==")]), []);
    }
}
