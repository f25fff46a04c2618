//! Messages.

use ajet_domain::Draft;
use ajet_domain::channel::{Answer, Author, Command};
use ajet_protocol::{ChannelId, EditMessage, Message, MessageId, Page, PostMessage, Trimmed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::{fingerprint, idempotency_key};
use crate::http::body::{Id, Valid};
use crate::http::caller::Caller;
use crate::http::error::ApiError;
use crate::http::paging::Paging;
use crate::http::state::App;

/// Posts a message.
#[utoipa::path(post, path = "/api/channels/{id}/messages", operation_id = "messages.post", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = PostMessage, description = "The message to be posted."),
    responses(
        (status = 201, description = "The new message.", body = Message),
        (status = 403, description = "The caller has not joined the channel, is muted (`muted`) or may not post here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
    headers: HeaderMap,
    Valid(request): Valid<PostMessage>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    if !request.attachment_ids.is_empty() {
        return Err(ApiError::field(
            "attachment_ids",
            "not_found",
            "names a file that is not yours to attach",
        ));
    }
    let key = idempotency_key(request.client_mutation_id, &headers)?;
    let author = Author::Person(caller.session.user);
    publish(&app, id, Posting { author, key, body: request.body_md, parent_id: request.parent_id }).await
}

/// A message to be posted, from a person or a webhook.
pub struct Posting {
    pub author: Author,
    pub key: String,
    pub body: Trimmed,
    pub parent_id: Option<MessageId>,
}

/// Asks a channel to take a message.
pub async fn publish(
    app: &App,
    id: ChannelId,
    posting: Posting,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let fingerprint = fingerprint(&(id, &posting.body, posting.parent_id));
    let draft = draft(app, id, &posting.body).await?;
    let Posting { author, key, parent_id, .. } = posting;
    let command = Command::Post { author, key, fingerprint, draft, parent_id };
    match app.cluster.channel(id, command).await? {
        Answer::Posted(message) => Ok((StatusCode::CREATED, Json(*message))),
        // The first object as it is now: what was made of it since, only the store knows.
        Answer::Replayed(message) => {
            let message = app.store.own_message(id, message).await?.ok_or_else(ApiError::not_found)?;
            Ok((StatusCode::OK, Json(message)))
        }
        Answer::Edited(_) | Answer::Deleted => Err(ApiError::not_found()),
    }
}

/// Renders a text, with the names of whom it mentions.
async fn draft(app: &App, channel: ChannelId, body: &Trimmed) -> Result<Draft, ApiError> {
    let draft = Draft::compose(body);
    let mut draft = draft.ok_or_else(|| ApiError::field("body_md", "blank", "shows nothing"))?;
    if !draft.mentions.is_empty() {
        let names = app.store.names_of(channel, &draft.mentions).await?;
        draft.fill(&names);
    }
    Ok(draft)
}

/// A page of a channel's history, oldest first.
///
/// Without a cursor it is the newest page. A page of long messages ends early, and `has_more` says so.
#[utoipa::path(get, path = "/api/channels/{id}/messages", operation_id = "messages.list", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of messages.", body = Page<Message>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Result<Json<Page<Message>>, ApiError> {
    let found = app.store.message_page(id, caller.id(), &query).await?;
    found.map(Json).ok_or_else(ApiError::not_found)
}

/// One message; of a deleted one its place.
#[utoipa::path(get, path = "/api/messages/{id}", operation_id = "messages.get", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    responses((status = 200, description = "The message.", body = Message)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<MessageId>,
) -> Result<Json<Message>, ApiError> {
    let found = app.store.message_for(id, caller.id()).await?;
    found.map(Json).ok_or_else(ApiError::not_found)
}

/// Replaces a message's text: its author, within an hour.
#[utoipa::path(put, path = "/api/messages/{id}", operation_id = "messages.edit", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The message's id.")),
    request_body(content = EditMessage, description = "The new text."),
    responses(
        (status = 200, description = "The message with its new text.", body = Message),
        (status = 403, description = "The message is somebody else's (`forbidden`), is older than an hour (`edit_window_closed`), or its author is muted (`muted`) or may no longer post here (`forbidden`)."),
        (status = 410, description = "The message was deleted (`gone`).")),
    security(("bearer" = [])))]
pub async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<MessageId>,
    Valid(request): Valid<EditMessage>,
) -> Result<Json<Message>, ApiError> {
    let channel = app.store.channel_of(id).await?.ok_or_else(ApiError::not_found)?;
    let draft = draft(&app, channel, &request.body_md).await?;
    let command = Command::Edit { by: caller.id(), message_id: id, draft };
    match app.cluster.channel(channel, command).await? {
        Answer::Edited(message) => Ok(Json(*message)),
        _ => Err(ApiError::not_found()),
    }
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
    caller: Caller,
    Id(id): Id<MessageId>,
) -> Result<StatusCode, ApiError> {
    let channel = app.store.channel_of(id).await?.ok_or_else(ApiError::not_found)?;
    app.cluster.channel(channel, Command::Delete { by: caller.id(), message_id: id }).await?;
    Ok(StatusCode::NO_CONTENT)
}
