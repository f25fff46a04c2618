//! The caller's own sessions.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Page, Session, SessionId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::cookie::SetCookie;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::sessions;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, end_others)).routes(routes!(end))
}

/// The caller's sessions, by id: which programs and systems are signed in, and when each was used last. Of more than a person may have
/// (`sessions.per_person`, 50 unless it is set otherwise) the one that was used longest ago has ended.
#[utoipa::path(get, path = "/api/me/sessions", operation_id = "sessions.list", tag = "me",
    params(ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of sessions.", body = Page<Session>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Paging(query): Paging,
) -> Answer<Json<Page<Session>>> {
    sessions::list(&app.context, caller.id(), caller.session.id, &query).await.map(Json)
}

/// Ends all of the caller's sessions but the one that asks, and their live streams.
#[utoipa::path(delete, path = "/api/me/sessions", operation_id = "sessions.end_others", tag = "me",
    responses((status = 204, description = "Their tokens are worth nothing on any node, and no event reaches their streams.")),
    security(("bearer" = [])))]
pub async fn end_others(State(app): State<App>, caller: Caller<SessionOnly>) -> Answer<StatusCode> {
    sessions::end_others(&app.context, caller.id(), caller.session.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of the caller's sessions, also the one that asks, and its live streams. Again changes nothing.
#[utoipa::path(delete, path = "/api/me/sessions/{id}", operation_id = "sessions.end", tag = "me",
    params(("id" = uuid::Uuid, Path, description = "The session's id.")),
    responses((status = 204, description = "Its token is worth nothing on any node, and no event reaches its streams.",
        headers(("Set-Cookie" = String, description = "Takes the session's cookie away, where the session that asks by it ends itself.")))),
    security(("bearer" = [])))]
pub async fn end(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<SessionId>,
) -> Answer<(StatusCode, Option<SetCookie>, ())> {
    sessions::end(&app.context, caller.id(), id).await?;
    let ends_itself = caller.by_cookie && id == caller.session.id;
    Ok((StatusCode::NO_CONTENT, ends_itself.then(|| SetCookie::none(&app)), ()))
}
