//! Communities.

use ajet_domain::community as verb;
use ajet_domain::community::Names;
use ajet_protocol::scopes::{ChannelsRead, SessionOnly};
use ajet_protocol::{Community, CommunityId, CreateCommunity, NotifyCommunity, Page, UpdateCommunity};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::cookie::SetCookie;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::device::Device;
use crate::http::extract::paging::Paging;
use crate::http::founded::founded;
use crate::http::state::App;
use crate::usecases::{Created, communities};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get, update, delete))
        .routes(routes!(notify))
}

/// Founds a community.
///
/// Anybody may found the first one and becomes the system owner by it; further ones are founded by the system owner, or by everybody
/// where the system's settings say so (`create_communities`). A community comes with a channel `general`, which every member joins on arrival.
/// A browser whose person becomes the system owner gets another session as its cookie, in place of the one that its cookie held.
#[utoipa::path(post, path = "/api/communities", operation_id = "communities.create", tag = "communities",
    request_body(content = CreateCommunity, description = "The community to be founded."),
    responses(
        (status = 201, description = "The new community, which the caller owns.", body = Community),
        (status = 403, description = "Only the system owner founds further communities (`forbidden`)."),
        (status = 404, description = "The key made a community that the caller is no longer in (`not_found`)."),
        (status = 409, description = "This slug is taken (`conflict`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    device: Device,
    Keyed { body, key }: Keyed<CreateCommunity>,
) -> Answer<(Option<SetCookie>, Created<Community>)> {
    let names = Names { name: body.name, slug: body.slug };
    let (made, cookie) = founded(&app, &caller, &device, names, key).await?;
    Ok((cookie, made))
}

/// The caller's communities.
#[utoipa::path(get, path = "/api/communities", operation_id = "communities.list", tag = "communities",
    params(ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of communities.", body = Page<Community>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Paging(query): Paging,
) -> Answer<Json<Page<Community>>> {
    communities::list(&app.context, caller.id(), &query).await.map(Json)
}

/// One of the caller's communities.
#[utoipa::path(get, path = "/api/communities/{id}", operation_id = "communities.get", tag = "communities",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    responses((status = 200, description = "The community, as the caller sees it.", body = Community)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Id(id): Id<CommunityId>,
) -> Answer<Json<Community>> {
    communities::get(&app.context, caller.id(), id).await.map(Json)
}

/// Changes a community: its name, its part of addresses, the channel that everybody joins on arrival.
#[utoipa::path(patch, path = "/api/communities/{id}", operation_id = "communities.update", tag = "communities",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = UpdateCommunity, description = "What is to be changed; what is absent stays as it is."),
    responses(
        (status = 200, description = "The community as it is now.", body = Community),
        (status = 403, description = "The caller may not manage this community (`forbidden`), or is muted (`muted`)."),
        (status = 409, description = "The slug is taken (`conflict`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    Valid(UpdateCommunity { name, slug, default_channel_id }): Valid<UpdateCommunity>,
) -> Answer<Json<Community>> {
    let update = verb::UpdateCommunity { name, slug, default_channel_id };
    communities::update(&app.context, caller.by(), id, update).await.map(Json)
}

/// Deletes a community, with all that is in it.
///
/// From the answer on it is not there for anybody, and its slug is free. What was in it is removed after that.
#[utoipa::path(delete, path = "/api/communities/{id}", operation_id = "communities.delete", tag = "communities",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    responses(
        (status = 202, description = "The community is deleted."),
        (status = 403, description = "The caller does not own this community (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
) -> Answer<StatusCode> {
    communities::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets what of a community the caller wants to be told of.
///
/// It counts for those of its channels for which the caller set nothing (`PUT /api/channels/{id}/notify`). The caller's sessions are told by
/// `community.preferences`.
#[utoipa::path(put, path = "/api/communities/{id}/notify", operation_id = "communities.notify", tag = "communities",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = NotifyCommunity, description = "How much."),
    responses((status = 204, description = "It is set.")),
    security(("bearer" = [])))]
pub async fn notify(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    Valid(NotifyCommunity { level }): Valid<NotifyCommunity>,
) -> Answer<StatusCode> {
    communities::notify(&app.context, caller.by(), id, level).await?;
    Ok(StatusCode::NO_CONTENT)
}
