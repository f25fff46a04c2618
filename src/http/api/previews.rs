//! What the links of messages show.

use ajet_protocol::MessageId;
use ajet_protocol::scopes::MessagesWrite;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::caller::Caller;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::previews;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(strip))
}

/// Takes away what the links of a message show, for good: its author or a moderator may. Again changes nothing.
#[utoipa::path(delete, path = "/api/messages/{id}/previews", operation_id = "previews.strip", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    responses(
        (status = 204, description = "The message shows no previews, and will not after an edit. One that showed some is told as edited, at the time at which its text was."),
        (status = 403, description = "The message is another one's, and the caller may not manage messages here (`forbidden`)."),
        (status = 404, description = "There is no such message, or the caller may not know of it (`not_found`)."),
        (status = 409, description = "The message was edited in this moment (`conflict`): try again.")),
    security(("bearer" = [])))]
pub async fn strip(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    InPath(id): InPath<MessageId>,
) -> Answer<StatusCode> {
    previews::strip(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
