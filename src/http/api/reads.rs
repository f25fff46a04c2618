//! How far the caller has read, and what is unread.

use ajet_domain::person as verb;
use ajet_protocol::scopes::{ChannelsRead, ChannelsWrite};
use ajet_protocol::{ChannelId, MarkRead, MarkUnread, UnreadChannels};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::reads;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mark)).routes(routes!(mark_unread)).routes(routes!(list))
}

/// Moves the caller's read marker on; back by `channels.mark_unread` alone. Their sessions are told by `read.updated`.
#[utoipa::path(put, path = "/api/channels/{id}/read", operation_id = "channels.mark_read", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = MarkRead, description = "How far the caller has read."),
    responses(
        (status = 204, description = "Everything up to the message counts as read."),
        (status = 403, description = "The caller has not joined the channel (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn mark(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
    Valid(MarkRead { message_id }): Valid<MarkRead>,
) -> Answer<StatusCode> {
    reads::mark_read(&app.context, caller.by(), verb::MarkRead { channel_id, message_id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a message and everything after it unread for the caller again. Their sessions are told by `read.updated`; notifications stay read.
#[utoipa::path(put, path = "/api/channels/{id}/unread", operation_id = "channels.mark_unread", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = MarkUnread, description = "From where on the channel is unread."),
    responses(
        (status = 204, description = "The message and everything after it is unread, as far as it came after the caller joined."),
        (status = 403, description = "The caller has not joined the channel (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn mark_unread(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
    Valid(MarkUnread { message_id }): Valid<MarkUnread>,
) -> Answer<StatusCode> {
    reads::mark_unread(&app.context, caller.by(), verb::MarkUnread { channel_id, message_id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The channels that the caller has joined and not read to their end.
#[utoipa::path(get, path = "/api/unread", operation_id = "unread.list", tag = "channels",
    responses((status = 200, description = "All of them, by id.", body = UnreadChannels)),
    security(("bearer" = [])))]
pub async fn list(State(app): State<App>, caller: Caller<ChannelsRead>) -> Answer<Json<UnreadChannels>> {
    reads::unread(&app.context, caller.id()).await.map(Json)
}
