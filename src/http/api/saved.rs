//! What the caller has saved. No token may ask: it concerns the person alone.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{MessageId, Page, SaveMessage, Saved};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::saved;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(save, unsave)).routes(routes!(list))
}

/// Saves a message for later, with a note and a time to be reminded of it; again replaces both.
///
/// The caller's sessions are told by `saved.updated`, now and when the time has come; then `remind_at` is null, and a notification
/// (`saved_reminder`) tells of it.
#[utoipa::path(put, path = "/api/messages/{id}/saved", operation_id = "saved.set", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    request_body(content = SaveMessage, description = "What the caller says of it."),
    responses(
        (status = 200, description = "The message as it is saved now.", body = Saved),
        (status = 409, description = "The caller has saved 10000 messages already (`limit`).")),
    security(("bearer" = [])))]
pub async fn save(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(message): Id<MessageId>,
    Valid(SaveMessage { note, remind_at }): Valid<SaveMessage>,
) -> Answer<Json<Saved>> {
    saved::save(&app.context, caller.by(), message, note, remind_at).await.map(Json)
}

/// Drops a message from those that the caller has saved; again changes nothing. Their sessions are told by `saved.updated`.
#[utoipa::path(delete, path = "/api/messages/{id}/saved", operation_id = "saved.remove", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    responses((status = 204, description = "The message is not saved any more.")),
    security(("bearer" = [])))]
pub async fn unsave(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(message): Id<MessageId>,
) -> Answer<StatusCode> {
    saved::unsave(&app.context, caller.by(), message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A page of what the caller has saved, by the ids of the messages. Messages that they do not see any more are left out.
#[utoipa::path(get, path = "/api/saved", operation_id = "saved.list", tag = "messages",
    params(ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of saved messages.", body = Page<Saved>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Paging(query): Paging,
) -> Answer<Json<Page<Saved>>> {
    saved::list(&app.context, caller.id(), &query).await.map(Json)
}
