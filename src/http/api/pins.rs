//! What moderators do with the messages of a channel: pins and purges.

use ajet_protocol::scopes::{MessagesRead, MessagesWrite};
use ajet_protocol::{ChannelId, Message, MessageId, Page, PurgeMessages};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::pins;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(set, lift)).routes(routes!(purge))
}

/// The messages that are pinned to a channel, oldest first.
///
/// Without a cursor it is the newest page. A page of long messages ends early, and `has_more` says so.
#[utoipa::path(get, path = "/api/channels/{id}/pins", operation_id = "pins.list", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of messages.", body = Page<Message>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Message>>> {
    pins::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Pins a message to its channel; again changes nothing. In a direct message everybody may.
#[utoipa::path(put, path = "/api/messages/{id}/pin", operation_id = "pins.set", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    responses(
        (status = 204, description = "The message is pinned."),
        (status = 403, description = "The caller may not pin messages here (`forbidden`), is muted (`muted`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 404, description = "There is no such message, it was deleted, or the caller may not know of it (`not_found`)."),
        (status = 409, description = "The channel has 50 pins already (`limit`), or is read-only (`archived`).")),
    security(("bearer" = [])))]
pub async fn set(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<MessageId>,
) -> Answer<StatusCode> {
    pins::set(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a message's pin away, also one that another person set; again changes nothing.
#[utoipa::path(delete, path = "/api/messages/{id}/pin", operation_id = "pins.lift", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    responses(
        (status = 204, description = "The message is not pinned; a deleted one never is."),
        (status = 403, description = "The caller may not pin messages here (`forbidden`), is muted (`muted`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 409, description = "The channel is read-only (`archived`).")),
    security(("bearer" = [])))]
pub async fn lift(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<MessageId>,
) -> Answer<StatusCode> {
    pins::lift(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the newest messages of a channel, of all authors. Each makes one `message.deleted`.
///
/// Without an idempotency key it deletes the newest ones of those that are left when it is asked again; with the same key it deletes none.
#[utoipa::path(post, path = "/api/channels/{id}/messages/purge", operation_id = "messages.purge", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = PurgeMessages, description = "How many are to be deleted."),
    responses(
        (status = 204, description = "They are deleted: as many as the channel had, where these were fewer."),
        (status = 403, description = "The caller may not manage messages here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn purge(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<ChannelId>,
    Keyed { body, key }: Keyed<PurgeMessages>,
) -> Answer<StatusCode> {
    pins::purge(&app.context, caller.by(), id, body.count, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
