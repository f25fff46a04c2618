//! Signing in and out, and oneself.

use ajet_protocol::{DevSignIn, Me, SignedIn, limits};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::body::Valid;
use crate::http::caller::{COOKIE, Caller};
use crate::http::error::ApiError;
use crate::http::state::App;

/// Signs in by name alone: development profile on loopback only.
#[utoipa::path(post, path = "/auth/dev", tag = "sign-in", request_body = DevSignIn, responses((status = 200, body = SignedIn)))]
pub async fn dev_sign_in(
    State(app): State<App>,
    Valid(request): Valid<DevSignIn>,
) -> Result<Response, ApiError> {
    if !app.dev_sign_in {
        return Err(ApiError::not_found());
    }
    let (token, user) =
        app.auth.sign_in_by_name(&request.username, request.display_name.as_deref(), app.now()).await?;
    let cookie = session_cookie(&token, &app.public_url, limits::SESSION_DAYS * 24 * 60 * 60);
    Ok(([(header::SET_COOKIE, cookie)], Json(SignedIn { token, user })).into_response())
}

/// Ends the caller's session and its live streams.
#[utoipa::path(post, path = "/auth/logout", tag = "sign-in", responses((status = 204)), security(("bearer" = [])))]
pub async fn sign_out(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    app.cluster.sign_out(&caller.token, caller.session.id).await?;
    let cookie = session_cookie("", &app.public_url, 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The caller's own account.
#[utoipa::path(get, path = "/api/me", tag = "me", responses((status = 200, body = Me)), security(("bearer" = [])))]
pub async fn me(State(app): State<App>, caller: Caller) -> Result<Json<Me>, ApiError> {
    let email = app.store.email_of(caller.id()).await?;
    Ok(Json(Me { user: caller.session.user, email }))
}

/// The session cookie: for our pages only, and over TLS only where we are behind it.
fn session_cookie(token: &str, public_url: &str, seconds: u64) -> HeaderValue {
    let secure = if public_url.starts_with("https://") { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    // A token is base64url: it always fits into a header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
