//! Messages.

use ajet_protocol::scopes::{MessagesRead, MessagesWrite};
use ajet_protocol::{ChannelId, EditMessage, Message, MessageId, Page, Poll, PostMessage};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::history::History;
use crate::http::state::App;
use crate::usecases::messages::Posting;
use crate::usecases::{Created, messages};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(post, list)).routes(routes!(get, edit, delete))
}

/// Posts a message.
#[utoipa::path(post, path = "/api/channels/{id}/messages", operation_id = "messages.post", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = PostMessage, description = "The message to be posted."),
    responses(
        (status = 201, description = "The new message.", body = Message),
        (status = 403, description = "The caller has not joined the channel, is muted (`muted`), may not post here (`forbidden`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 409, description = "The channel is read-only (`archived`)."),
        (status = 429, description = "The channel is in slow mode, and the caller has posted there a moment ago (`slow_mode`).")),
    security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<ChannelId>,
    Keyed { body, key }: Keyed<PostMessage>,
) -> Answer<Created<Message>> {
    let posting = Posting {
        body: body.body_md,
        parent_id: body.parent_id,
        also_to_channel: body.also_to_channel,
        attachments: body.attachment_ids,
        poll: body.poll.map(Poll::from),
    };
    messages::post(&app.context, caller.by(), id, posting, key).await
}

/// A page of a channel's history, oldest first.
///
/// Without a cursor it is the newest page. A page of long messages ends early, and `has_more` says so; of a page around a message it says
/// whether there is more on either side.
#[utoipa::path(get, path = "/api/channels/{id}/messages", operation_id = "messages.list", tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "The channel's id."),
        ajet_protocol::PageQuery,
        ("around" = Option<uuid::Uuid>, Query, description = "A page with the message of this id in its middle; not together with `before` or `after`."),
        ("top_level" = Option<bool>, Query, description = "`true`: without replies, but for those that also stand in the channel.")),
    responses((status = 200, description = "One page of messages.", body = Page<Message>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    Id(id): Id<ChannelId>,
    History(query): History,
) -> Answer<Json<Page<Message>>> {
    messages::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// One message; of a deleted one its place.
#[utoipa::path(get, path = "/api/messages/{id}", operation_id = "messages.get", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    responses((status = 200, description = "The message.", body = Message)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    Id(id): Id<MessageId>,
) -> Answer<Json<Message>> {
    messages::get(&app.context, caller.id(), id).await.map(Json)
}

/// Replaces a message's text: its author, within an hour.
#[utoipa::path(put, path = "/api/messages/{id}", operation_id = "messages.edit", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    request_body(content = EditMessage, description = "The new text."),
    responses(
        (status = 200, description = "The message with its new text.", body = Message),
        (status = 403, description = "The message is somebody else's (`forbidden`), is older than an hour (`edit_window_closed`), or its author is muted (`muted`), may no longer post here (`forbidden`), or is kept apart by a block from whom they talk with (`blocked`)."),
        (status = 409, description = "The channel is read-only (`archived`)."),
        (status = 410, description = "The message was deleted (`gone`).")),
    security(("bearer" = [])))]
pub async fn edit(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<MessageId>,
    Valid(request): Valid<EditMessage>,
) -> Answer<Json<Message>> {
    messages::edit(&app.context, caller.by(), id, &request.body_md).await.map(Json)
}

/// Deletes a message: its author or a moderator; again changes nothing.
#[utoipa::path(delete, path = "/api/messages/{id}", operation_id = "messages.delete", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    responses(
        (status = 204, description = "The message is deleted; its place is kept."),
        (status = 403, description = "The message is somebody else's, and the caller no moderator (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<MessagesWrite>,
    Id(id): Id<MessageId>,
) -> Answer<StatusCode> {
    messages::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
