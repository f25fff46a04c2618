//! What the caller has begun to write. No token may ask: it concerns the person alone.

use std::collections::HashMap;

use ajet_domain::person::{RemoveDraft, SetDraft};
use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{ChannelDraft, ChannelId, KeepDraft, MessageId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::error::ApiError;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::paging;
use crate::http::state::App;
use crate::usecases::drafts;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, set, remove))
}

/// The message that a draft is to reply to, among the parameters of a request.
fn parent(given: &HashMap<String, String>) -> Result<Option<MessageId>, ApiError> {
    Ok(paging::id(given, "parent_id")?.map(MessageId))
}

/// What the caller has begun to write in a channel, or as a reply there; 404 where that is nothing.
#[utoipa::path(get, path = "/api/channels/{id}/draft", operation_id = "drafts.get", tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "The channel's id."),
        ("parent_id" = Option<uuid::Uuid>, Query, description = "The message that the draft is to reply to.")),
    responses(
        (status = 200, description = "The draft.", body = ChannelDraft),
        (status = 422, description = "`parent_id` is no UUID (`invalid`).")),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(channel): Id<ChannelId>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Answer<Json<ChannelDraft>> {
    drafts::get(&app.context, caller.id(), channel, parent(&given)?).await.map(Json)
}

/// Keeps what the caller has begun to write in a channel, or as a reply there. It replaces the draft before.
///
/// The caller's sessions are told by `draft.updated`.
#[utoipa::path(put, path = "/api/channels/{id}/draft", operation_id = "drafts.set", tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = KeepDraft, description = "The draft."),
    responses(
        (status = 200, description = "The draft as it is now.", body = ChannelDraft),
        (status = 409, description = "The caller has 1000 drafts already (`limit`).")),
    security(("bearer" = [])))]
pub async fn set(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(channel_id): Id<ChannelId>,
    Valid(KeepDraft { body_md, parent_id }): Valid<KeepDraft>,
) -> Answer<Json<ChannelDraft>> {
    drafts::set(&app.context, caller.by(), SetDraft { channel_id, parent_id, body_md }).await.map(Json)
}

/// Drops a draft; again changes nothing. The caller's sessions are told by `draft.updated`.
#[utoipa::path(delete, path = "/api/channels/{id}/draft", operation_id = "drafts.remove", tag = "messages",
    params(
        ("id" = uuid::Uuid, Path, description = "The channel's id."),
        ("parent_id" = Option<uuid::Uuid>, Query, description = "The message that the draft was to reply to.")),
    responses(
        (status = 204, description = "There is no draft any more."),
        (status = 422, description = "`parent_id` is no UUID (`invalid`).")),
    security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(channel_id): Id<ChannelId>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Answer<StatusCode> {
    let draft = RemoveDraft { channel_id, parent_id: parent(&given)? };
    drafts::remove(&app.context, caller.by(), draft).await?;
    Ok(StatusCode::NO_CONTENT)
}
