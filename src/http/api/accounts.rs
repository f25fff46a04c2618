//! Signing in and out, and oneself.

use ajet_protocol::{DevSignIn, Me, SignedIn};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::body::Valid;
use crate::http::caller::{COOKIE, Caller, ReplacedSession};
use crate::http::error::ApiError;
use crate::http::peer::DevSignInOnly;
use crate::http::state::App;

/// Signs in by name alone.
///
/// An unknown name makes a new account. Only on a development server and for a client on the same machine; elsewhere
/// there is no such address. A browser also gets the session as its cookie, in place of the session that its cookie held.
#[utoipa::path(post, path = "/auth/dev", operation_id = "auth.dev", tag = "sign-in",
    request_body(content = DevSignIn, description = "Who signs in."),
    responses(
        (status = 200, description = "Signed in: the session's token, and who that is.", body = SignedIn,
            headers(("Set-Cookie" = String, description = "The session as a cookie."))),
        (status = 403, description = "The request came by cookie from another site (`csrf`)."),
        (status = 404, description = "There is no sign-in by name here (`not_found`).")))]
pub async fn dev_sign_in(
    State(app): State<App>,
    _: DevSignInOnly,
    ReplacedSession(before): ReplacedSession,
    Valid(request): Valid<DevSignIn>,
) -> Result<Response, ApiError> {
    let (token, user) =
        app.auth.sign_in_by_name(&request.username, request.display_name.as_ref(), app.now()).await?;
    // A browser has one session at a time: the one that its cookie held is over.
    if let Some(before) = before {
        app.cluster.sign_out(&before.token, before.session.id).await?;
    }
    let cookie = session_cookie(&app, &token, app.auth.cookie_seconds());
    Ok(([(header::SET_COOKIE, cookie)], Json(SignedIn { token, user })).into_response())
}

/// Ends the caller's session and its live streams.
#[utoipa::path(post, path = "/auth/logout", operation_id = "auth.logout", tag = "sign-in",
    responses((status = 204, description = "The session is over; its token is taken no more.",
        headers(("Set-Cookie" = String, description = "Takes the session's cookie away.")))),
    security(("bearer" = [])))]
pub async fn sign_out(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    app.cluster.sign_out(&caller.token, caller.session.id).await?;
    let cookie = session_cookie(&app, "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The caller's own account.
#[utoipa::path(get, path = "/api/me", operation_id = "me.get", tag = "me",
    responses((status = 200, description = "The caller's account.", body = Me)), security(("bearer" = [])))]
pub async fn me(State(app): State<App>, caller: Caller) -> Result<Json<Me>, ApiError> {
    let email = app.store.email_of(caller.id()).await?;
    Ok(Json(Me { user: caller.session.user, email }))
}

/// The session cookie: for our pages only, and over TLS only where we are behind it.
fn session_cookie(app: &App, token: &str, seconds: u64) -> HeaderValue {
    let secure = if app.settings.cookie == COOKIE { "; Secure" } else { "" };
    let text = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
        app.settings.cookie
    );
    // A token is base64url: it always fits into a header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
