//! Reactions to messages.

use ajet_protocol::scopes::{MessagesRead, ReactionsWrite};
use ajet_protocol::{MessageId, Page, User};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::reactions;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add, remove))
}

/// Who put an emoji under a message; the cursor is a user's id.
#[utoipa::path(get, path = "/api/messages/{id}/reactions/{emoji}", operation_id = "reactions.list", tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "The message's id."),
        ("emoji" = String, Path, description = "Exactly one emoji, percent-encoded, or `:name:`."),
        ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of people; an empty one where no one did.", body = Page<User>),
        (status = 422, description = "`emoji` is not exactly one emoji (`invalid`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    InPath((id, emoji)): InPath<(MessageId, String)>,
    Paging(query): Paging,
) -> Answer<Json<Page<User>>> {
    reactions::who(&app.context, caller.id(), (id, &emoji), &query).await.map(Json)
}

/// Puts an emoji under a message; again changes nothing.
#[utoipa::path(put, path = "/api/messages/{id}/reactions/{emoji}", operation_id = "reactions.add", tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "The message's id."),
        ("emoji" = String, Path, description = "Exactly one emoji, percent-encoded; a sequence, a flag, a skin tone and a keycap are one. Or `:name:`, for an emoji of the community.")),
    responses(
        (status = 204, description = "The emoji stands under the message, as the caller's."),
        (status = 403, description = "The caller has not joined the channel, is muted (`muted`), may not react here (`forbidden`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 404, description = "There is no such message, it was deleted, or the caller may not know of it (`not_found`)."),
        (status = 409, description = "The message has 50 different emoji already, and this is another one (`limit`), or the channel is read-only (`archived`)."),
        (status = 422, description = "`emoji` is not exactly one emoji, or none of the community (`invalid`).")),
    security(("bearer" = [])))]
pub async fn add(
    State(app): State<App>,
    caller: Caller<ReactionsWrite>,
    InPath((id, emoji)): InPath<(MessageId, String)>,
) -> Answer<StatusCode> {
    reactions::add(&app.context, caller.by(), id, &emoji).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one's own emoji back from a message; again changes nothing.
#[utoipa::path(delete, path = "/api/messages/{id}/reactions/{emoji}", operation_id = "reactions.remove", tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "The message's id."),
        ("emoji" = String, Path, description = "Exactly one emoji, percent-encoded.")),
    responses(
        (status = 204, description = "The emoji does not stand under the message as the caller's; under a deleted one there is none."),
        (status = 404, description = "There is no such message, or the caller may not know of it (`not_found`)."),
        (status = 422, description = "`emoji` is not exactly one emoji (`invalid`).")),
    security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller<ReactionsWrite>,
    InPath((id, emoji)): InPath<(MessageId, String)>,
) -> Answer<StatusCode> {
    reactions::remove(&app.context, caller.by(), id, &emoji).await?;
    Ok(StatusCode::NO_CONTENT)
}
