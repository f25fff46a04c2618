//! Communities.

use ajet_domain::community::Names;
use ajet_protocol::scopes::{ChannelsRead, MembersRead, SessionOnly};
use ajet_protocol::{Community, CommunityId, CreateCommunity, Member, Page};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::{Created, communities};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get)).routes(routes!(members))
}

/// Founds a community.
///
/// Anybody may found the first one and becomes the system owner by it; further ones are founded by the system owner. A community
/// comes with a channel `general`, which every member joins on arrival.
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
    Keyed { body, key }: Keyed<CreateCommunity>,
) -> Answer<Created<Community>> {
    let names = Names { name: body.name, slug: body.slug };
    communities::found(&app.context, caller.by(), names, key).await
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

/// The people of a community; the cursor is a user's id.
#[utoipa::path(get, path = "/api/communities/{id}/members", operation_id = "members.list", tag = "communities",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of members.", body = Page<Member>)),
    security(("bearer" = [])))]
pub async fn members(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Member>>> {
    communities::members(&app.context, caller.id(), id, &query).await.map(Json)
}
