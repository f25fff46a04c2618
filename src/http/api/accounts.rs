//! Signing in and out, and oneself.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{DevSignIn, Me, SignedIn, UpdateMe};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::cookie::SetCookie;
use crate::http::extract::body::Valid;
use crate::http::extract::caller::{Caller, ReplacedSession};
use crate::http::extract::device::Device;
use crate::http::extract::peer::DevSignInOnly;
use crate::http::state::App;
use crate::usecases::accounts::{self, ByName};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(dev_sign_in)).routes(routes!(sign_out)).routes(routes!(me, update))
}

/// Signs in by name alone.
///
/// An unknown name makes a new account, whatever the setting `sign_up` says. Only on a development server and for a client on the same
/// machine; elsewhere there is no such address. A browser also gets the session as its cookie, in place of the session that its cookie held.
#[utoipa::path(post, path = "/auth/dev", operation_id = "auth.dev", tag = "sign-in",
    request_body(content = DevSignIn, description = "Who signs in."),
    responses(
        (status = 200, description = "Signed in: the session's token, and who that is.", body = SignedIn,
            headers(("Set-Cookie" = String, description = "The session as a cookie."))),
        (status = 403, description = "The request came by cookie from another site (`csrf`), or the account is deactivated or a bot's (`forbidden`)."),
        (status = 404, description = "There is no sign-in by name here (`not_found`)."),
        (status = 409, description = "The name is new, and looks like another user name (`conflict`).")))]
pub async fn dev_sign_in(
    State(app): State<App>,
    _: DevSignInOnly,
    replaced: ReplacedSession,
    device: Device,
    Valid(request): Valid<DevSignIn>,
) -> Answer<(SetCookie, Json<SignedIn>)> {
    let DevSignIn { username, display_name } = request;
    let who = ByName { username: &username, display_name: display_name.as_ref() };
    let signed_in =
        accounts::sign_in_by_name(&app.context, who, replaced.ended(), device.0.as_deref()).await?;
    let (token, user) = signed_in;
    Ok((SetCookie::session(&app, &token), Json(SignedIn { token, user })))
}

/// Ends the caller's session and its live streams.
#[utoipa::path(post, path = "/auth/logout", operation_id = "auth.logout", tag = "sign-in",
    responses((status = 204, description = "The session is over; its token is taken no more.",
        headers(("Set-Cookie" = String, description = "Takes the session's cookie away.")))),
    security(("bearer" = [])))]
pub async fn sign_out(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
) -> Answer<(StatusCode, SetCookie, ())> {
    accounts::sign_out(&app.context, &caller.token, caller.session.id).await?;
    Ok((StatusCode::NO_CONTENT, SetCookie::none(&app), ()))
}

/// The caller's own account.
#[utoipa::path(get, path = "/api/me", operation_id = "me.get", tag = "me",
    responses((status = 200, description = "The caller's account.", body = Me)), security(("bearer" = [])))]
pub async fn me(State(app): State<App>, caller: Caller<SessionOnly>) -> Answer<Json<Me>> {
    accounts::me(&app.context, caller.id()).await.map(Json)
}

/// Changes the caller's own account; what is absent stays as it is.
///
/// All who see the caller are told by `user.updated`, the caller's own sessions among them.
#[utoipa::path(patch, path = "/api/me", operation_id = "me.update", tag = "me",
    request_body(content = UpdateMe, description = "What is to be changed."),
    responses((status = 200, description = "The caller's account as it is now.", body = Me)),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Valid(request): Valid<UpdateMe>,
) -> Answer<Json<Me>> {
    accounts::update_me(&app.context, caller.by(), request).await.map(Json)
}
