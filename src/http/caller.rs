//! Authority as an argument: who calls, checked before the handler runs.

use ajet_protocol::{Code, UserId};
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, Method, header, request::Parts};

use super::error::ApiError;
use super::peer::{Address, address_of};
use super::state::App;
use crate::store::accounts::LiveSession;

/// The name of the session cookie on a developer's machine, and elsewhere: a browser takes the latter only over TLS, for the
/// whole host, and from no neighbour (RFC 6265bis 4.1.3.2).
pub const DEV_COOKIE: &str = "ajet_session";
pub const COOKIE: &str = "__Host-ajet_session";

/// A signed-in caller.
#[derive(Clone)]
pub struct Caller {
    pub session: LiveSession,
    /// What they signed in with, to sign out with.
    pub token: String,
    /// Whether a browser sent it by itself.
    pub by_cookie: bool,
}

/// Without the token.
impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("session", &self.session.id).finish_non_exhaustive()
    }
}

impl Caller {
    /// The caller's id.
    pub fn id(&self) -> UserId {
        self.session.user.id
    }
}

/// The caller, where somebody is signed in.
pub struct MaybeCaller(pub Option<Caller>);

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let refused = || ApiError::new(Code::Unauthenticated, "Sign in, or send a valid token.");
        let (token, from_cookie) = token_of(&parts.headers, app.settings.cookie).ok_or_else(refused)?;
        if from_cookie {
            same_origin(&parts.method, &parts.headers)?;
        }
        // A process that was stopped may not know yet which sessions have ended meanwhile.
        app.guard.entitled().await;
        let Some(session) = app.auth.session(&token, app.now(), app.looks.are_fresh()).await? else {
            return Err(Address(address_of(parts, app)).failed(app, refused()));
        };
        tracing::Span::current().record("user_id", tracing::field::display(session.user.id));
        Ok(Self { session, token, by_cookie: from_cookie })
    }
}

impl FromRequestParts<App> for MaybeCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Caller::from_request_parts(parts, app).await {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(error) if error.code == Code::Unauthenticated => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

/// A change that comes from our own pages, whoever is signed in.
pub struct SameOrigin;

impl<S: Send + Sync> FromRequestParts<S> for SameOrigin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        same_origin(&parts.method, &parts.headers).map(|()| Self)
    }
}

/// The token of a request, and whether it came by cookie.
pub fn token_of(headers: &HeaderMap, cookie: &str) -> Option<(String, bool)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| (token.trim().to_owned(), false));
    }
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == cookie).map(|(_, token)| (token.to_owned(), true))
}

/// A change that a cookie authenticates must come from our own pages.
pub fn same_origin(method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    if method.is_safe() {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match text("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => {
            let host = text("host").unwrap_or("");
            text("origin")
                .is_some_and(|origin| origin.split_once("://").is_some_and(|(_, from)| from == host))
        }
    };
    if ours {
        Ok(())
    } else {
        Err(ApiError::new(Code::Csrf, "This request does not come from our own pages."))
    }
}
