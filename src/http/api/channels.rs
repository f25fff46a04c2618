//! Channels.

use ajet_domain::community as verb;
use ajet_domain::person;
use ajet_protocol::scopes::{ChannelsRead, ChannelsWrite};
use ajet_protocol::{
    Channel, ChannelId, ChannelType, CommunityId, CreateChannel, MuteChannel, Page, UpdateChannel, Visibility,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use super::position::place;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::{Created, channel_state, channels};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get, update, delete))
        .routes(routes!(join))
        .routes(routes!(leave))
        .routes(routes!(mute))
}

/// Creates a channel, behind all others; its maker joins it.
#[utoipa::path(post, path = "/api/communities/{id}/channels", operation_id = "channels.create", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateChannel, description = "The channel to be created."),
    responses(
        (status = 201, description = "The new channel.", body = Channel),
        (status = 403, description = "The caller may not manage channels here (`forbidden`), or is muted (`muted`)."),
        (status = 409, description = "A channel of this name is already there (`conflict`), or 5000 channels are (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<CommunityId>,
    Keyed { body, key }: Keyed<CreateChannel>,
) -> Answer<Created<Channel>> {
    let channel = verb::CreateChannel {
        name: body.name,
        kind: body.kind.unwrap_or(ChannelType::Text),
        visibility: body.visibility.unwrap_or(Visibility::Public),
        topic: body.topic,
        category_id: body.category_id,
    };
    channels::create(&app.context, caller.by(), id, channel, key).await
}

/// The channels of a community that the caller may see, by their ids; clients show them by `position`, and of one position by id.
#[utoipa::path(get, path = "/api/communities/{id}/channels", operation_id = "channels.list", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of channels.", body = Page<Channel>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Channel>>> {
    channels::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// One channel.
#[utoipa::path(get, path = "/api/channels/{id}", operation_id = "channels.get", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses((status = 200, description = "The channel, as the caller sees it.", body = Channel)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Id(id): Id<ChannelId>,
) -> Answer<Json<Channel>> {
    channels::get(&app.context, caller.id(), id).await.map(Json)
}

/// Changes a channel: its name, its topic, who may find it, where it stands. The person who makes it private joins it.
#[utoipa::path(patch, path = "/api/channels/{id}", operation_id = "channels.update", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = UpdateChannel, description = "What is to be changed."),
    responses(
        (status = 200, description = "The channel, as the caller sees it.", body = Channel),
        (status = 403, description = "The caller may not manage channels here, or not set the topic alone (`forbidden`), or is muted (`muted`)."),
        (status = 409, description = "Another channel has this name (`conflict`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<ChannelId>,
    Valid(body): Valid<UpdateChannel>,
) -> Answer<Json<Channel>> {
    let UpdateChannel { name, topic, visibility, category_id, position } = body;
    let position = position.map(place);
    let update = verb::UpdateChannel { channel_id: id, name, topic, visibility, category_id, position };
    channels::update(&app.context, caller.by(), update).await.map(Json)
}

/// Deletes a channel, with its messages.
///
/// From the answer on it is there for no one. Its messages are taken out of the database a little later.
#[utoipa::path(delete, path = "/api/channels/{id}", operation_id = "channels.delete", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses(
        (status = 202, description = "The channel is gone, and its messages will be."),
        (status = 403, description = "The caller may not manage channels here (`forbidden`)."),
        (status = 409, description = "Everybody joins this channel on arrival (`conflict`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<ChannelId>,
) -> Answer<StatusCode> {
    channel_state::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Joins a channel; again changes nothing.
#[utoipa::path(post, path = "/api/channels/{id}/join", operation_id = "channels.join", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses((status = 200, description = "The channel, which the caller is in now.", body = Channel)),
    security(("bearer" = [])))]
pub async fn join(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<ChannelId>,
) -> Answer<Json<Channel>> {
    channels::join(&app.context, caller.by(), id).await.map(Json)
}

/// Leaves a channel; again changes nothing.
#[utoipa::path(post, path = "/api/channels/{id}/leave", operation_id = "channels.leave", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    responses(
        (status = 204, description = "The caller is not in the channel now."),
        (status = 409, description = "The channel is private, and the caller is the last one in it (`conflict`).")),
    security(("bearer" = [])))]
pub async fn leave(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(id): Id<ChannelId>,
) -> Answer<StatusCode> {
    channels::leave(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Silences a channel for the caller, or lets it sound again; again changes nothing. Their sessions are told by `channel.preferences`.
#[utoipa::path(put, path = "/api/channels/{id}/mute", operation_id = "channels.mute", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = MuteChannel, description = "Whether it is silent."),
    responses(
        (status = 204, description = "It is as asked for, in all of the caller's sessions."),
        (status = 403, description = "The caller has not joined the channel (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn mute(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
    Valid(MuteChannel { muted }): Valid<MuteChannel>,
) -> Answer<StatusCode> {
    channels::mute(&app.context, caller.by(), person::MuteChannel { channel_id, muted }).await?;
    Ok(StatusCode::NO_CONTENT)
}
