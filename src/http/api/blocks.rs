//! Whom the caller blocks. No token may ask: it concerns the person alone.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Page, User, UserId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::blocks;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(set, lift))
}

/// The people whom the caller blocks, by their ids.
#[utoipa::path(get, path = "/api/me/blocks", operation_id = "blocks.list", tag = "users",
    params(ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of people.", body = Page<User>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Paging(query): Paging,
) -> Answer<Json<Page<User>>> {
    blocks::list(&app.context, caller.id(), &query).await.map(Json)
}

/// Blocks a person; again changes nothing.
///
/// Neither of the two posts into their direct message from now on; groups are not affected. The other person is not told; the caller's own
/// sessions are, by `block.updated`.
#[utoipa::path(put, path = "/api/users/{id}/block", operation_id = "blocks.set", tag = "users",
    params(("id" = uuid::Uuid, Path, description = "The person's id.")),
    responses(
        (status = 204, description = "The person is blocked."),
        (status = 422, description = "It is the caller (`invalid`).")),
    security(("bearer" = [])))]
pub async fn set(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<UserId>,
) -> Answer<StatusCode> {
    blocks::block(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lifts a block; again changes nothing. The caller's own sessions are told by `block.updated`.
#[utoipa::path(delete, path = "/api/users/{id}/block", operation_id = "blocks.lift", tag = "users",
    params(("id" = uuid::Uuid, Path, description = "The person's id.")),
    responses(
        (status = 204, description = "The person is not blocked."),
        (status = 422, description = "It is the caller (`invalid`).")),
    security(("bearer" = [])))]
pub async fn lift(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<UserId>,
) -> Answer<StatusCode> {
    blocks::unblock(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
