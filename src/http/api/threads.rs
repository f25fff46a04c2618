//! Threads: the replies to a message, and following them.

use ajet_protocol::scopes::{MessagesRead, MessagesWrite};
use ajet_protocol::{Message, MessageId, Page};
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
use crate::usecases::threads;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(replies)).routes(routes!(follow, unfollow))
}

/// A page of the replies to a message, oldest first.
///
/// Without a cursor it is the newest page. A reply has no replies.
#[utoipa::path(get, path = "/api/messages/{id}/replies", operation_id = "threads.replies", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The id of the thread's first message."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of replies.", body = Page<Message>)),
    security(("bearer" = [])))]
pub async fn replies(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    Id(id): Id<MessageId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Message>>> {
    threads::replies(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Follows a thread; again changes nothing.
///
/// Who began a thread or replied in it follows it anyway, until they set otherwise. The caller's sessions are told by `thread.preferences`.
#[utoipa::path(put, path = "/api/messages/{id}/follow", operation_id = "threads.follow", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The id of the thread's first message.")),
    responses(
        (status = 204, description = "The caller follows the thread."),
        (status = 422, description = "The message is a reply (`invalid`).")),
    security(("bearer" = [])))]
pub async fn follow(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<MessageId>,
) -> Answer<StatusCode> {
    threads::follow(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follows a thread no longer, also one that the caller began or replied to; again changes nothing. The caller's sessions are told by
/// `thread.preferences`.
#[utoipa::path(delete, path = "/api/messages/{id}/follow", operation_id = "threads.unfollow", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The id of the thread's first message.")),
    responses(
        (status = 204, description = "The caller does not follow the thread."),
        (status = 422, description = "The message is a reply (`invalid`).")),
    security(("bearer" = [])))]
pub async fn unfollow(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<MessageId>,
) -> Answer<StatusCode> {
    threads::unfollow(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
