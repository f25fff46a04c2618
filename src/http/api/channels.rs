//! Channels.

use ajet_domain::community::{Answer, Command, NewChannel};
use ajet_protocol::{
    Channel, ChannelId, ChannelType, CommunityId, CreateChannel, MessageId, Page, Visibility,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{Route, fingerprint, route_key};
use crate::http::body::{Id, Valid};
use crate::http::caller::Caller;
use crate::http::error::ApiError;
use crate::http::paging::Paging;
use crate::http::state::App;

/// Creates a channel; its maker joins it.
#[utoipa::path(post, path = "/api/communities/{id}/channels", operation_id = "channels.create", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateChannel, description = "The channel to be created."),
    responses(
        (status = 201, description = "The new channel.", body = Channel),
        (status = 403, description = "The caller may not manage channels here (`forbidden`)."),
        (status = 409, description = "A channel of this name is already there (`conflict`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<CommunityId>,
    headers: HeaderMap,
    Valid(request): Valid<CreateChannel>,
) -> Result<(StatusCode, Json<Channel>), ApiError> {
    let kind = request.kind.unwrap_or(ChannelType::Text);
    if !matches!(kind, ChannelType::Text | ChannelType::Voice) {
        return Err(ApiError::field(
            "type",
            "not_here",
            "must be text or voice; direct messages are made under /api/dms",
        ));
    }
    let by = caller.session.user.clone();
    let key = route_key(Route::Channels, request.client_mutation_id, &headers)?;
    let channel = NewChannel {
        name: request.name,
        kind,
        visibility: request.visibility.unwrap_or(Visibility::Public),
        topic: request.topic,
        category_id: request.category_id,
    };
    let fingerprint = fingerprint(&(id, &channel));
    let command = Command::CreateChannel { by, key, fingerprint, channel };
    match app.cluster.community(id, command).await? {
        Answer::Channel { channel: Some(channel), .. } => Ok((StatusCode::CREATED, Json(*channel))),
        Answer::Channel { id, .. } => Ok((StatusCode::OK, Json(seen(&app, id, &caller).await?))),
        _ => Err(ApiError::not_found()),
    }
}

async fn seen(app: &App, id: ChannelId, caller: &Caller) -> Result<Channel, ApiError> {
    let found = app.store.channel_for(id, caller.id()).await?;
    found.map(|(channel, _)| channel).ok_or_else(ApiError::not_found)
}

/// The channels of a community that the caller may see.
#[utoipa::path(get, path = "/api/communities/{id}/channels", operation_id = "channels.list", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of channels.", body = Page<Channel>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Result<Json<Page<Channel>>, ApiError> {
    let found = app.store.channels_of(id, caller.id(), &query).await?;
    found.map(Json).ok_or_else(ApiError::not_found)
}

/// One channel.
#[utoipa::path(get, path = "/api/channels/{id}", operation_id = "channels.get", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses((status = 200, description = "The channel, as the caller sees it.", body = Channel)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
) -> Result<Json<Channel>, ApiError> {
    Ok(Json(seen(&app, id, &caller).await?))
}

/// Joins a channel; again changes nothing.
#[utoipa::path(post, path = "/api/channels/{id}/join", operation_id = "channels.join", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses((status = 200, description = "The channel, which the caller is in now.", body = Channel)),
    security(("bearer" = [])))]
pub async fn join(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
) -> Result<Json<Channel>, ApiError> {
    let community = app.store.community_of(id).await?.ok_or_else(ApiError::not_found)?;
    let command = Command::JoinChannel { by: caller.session.user.clone(), channel_id: id };
    app.cluster.community(community, command).await?;
    Ok(Json(seen(&app, id, &caller).await?))
}

/// Leaves a channel; again changes nothing.
#[utoipa::path(post, path = "/api/channels/{id}/leave", operation_id = "channels.leave", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses((status = 204, description = "The caller is not in the channel now.")),
    security(("bearer" = [])))]
pub async fn leave(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
) -> Result<StatusCode, ApiError> {
    let community = app.store.community_of(id).await?.ok_or_else(ApiError::not_found)?;
    app.cluster.community(community, Command::LeaveChannel { by: caller.id(), channel_id: id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far somebody has read: `PUT /api/channels/{id}/read`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The last message of the channel that the caller has read.
    pub message_id: MessageId,
}

/// Moves the caller's read marker on; never back.
#[utoipa::path(put, path = "/api/channels/{id}/read", operation_id = "channels.mark_read", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = MarkRead, description = "How far the caller has read."),
    responses((status = 204, description = "Everything up to the message counts as read.")),
    security(("bearer" = [])))]
pub async fn mark_read(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
    Valid(request): Valid<MarkRead>,
) -> Result<StatusCode, ApiError> {
    if app.store.mark_read(id, caller.id(), request.message_id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    if !app.store.may_read(id, caller.id()).await? {
        return Err(ApiError::not_found());
    }
    Err(ApiError::field("message_id", "not_found", "names no message of a channel you joined"))
}
