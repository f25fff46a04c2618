//! The people in a channel.

use ajet_domain::community as verb;
use ajet_protocol::scopes::{ChannelsWrite, MembersRead};
use ajet_protocol::{ChannelId, Member, Page, UserId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::channel_members;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(add, remove))
}

/// The people in a channel; the cursor is a user's id. Those of a direct message have the role `member`.
#[utoipa::path(get, path = "/api/channels/{id}/members", operation_id = "channel_members.list", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of members.", body = Page<Member>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Member>>> {
    channel_members::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Lets a member of the community into a channel; again changes nothing. Into a private channel only those who are in it do.
#[utoipa::path(put, path = "/api/channels/{id}/members/{user_id}", operation_id = "channel_members.add", tag = "channels",
    params(
        ("id" = uuid::Uuid, Path, description = "The channel's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id.")),
    responses(
        (status = 204, description = "The person is in the channel."),
        (status = 403, description = "The caller may not manage channels here (`forbidden`)."),
        (status = 404, description = "There is no such channel, or the person does not belong to its community (`not_found`).")),
    security(("bearer" = [])))]
pub async fn add(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    InPath((channel_id, user_id)): InPath<(ChannelId, UserId)>,
) -> Answer<StatusCode> {
    let add = verb::AddToChannel { channel_id, user_id };
    channel_members::add(&app.context, caller.by(), add).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a person out of a channel; oneself: leaves it. Again changes nothing.
#[utoipa::path(delete, path = "/api/channels/{id}/members/{user_id}", operation_id = "channel_members.remove", tag = "channels",
    params(
        ("id" = uuid::Uuid, Path, description = "The channel's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id; the caller's own to leave.")),
    responses(
        (status = 204, description = "The person is not in the channel."),
        (status = 403, description = "The caller may not manage channels here, or the person stands above them (`forbidden`)."),
        (status = 409, description = "The caller leaves a private channel in which they are the last one (`conflict`).")),
    security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    InPath((channel_id, user_id)): InPath<(ChannelId, UserId)>,
) -> Answer<StatusCode> {
    let remove = verb::RemoveFromChannel { channel_id, user_id };
    channel_members::remove(&app.context, caller.by(), remove).await?;
    Ok(StatusCode::NO_CONTENT)
}
