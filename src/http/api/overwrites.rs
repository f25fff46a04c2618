//! What channels allow and deny everybody, roles and people.

use ajet_domain::community as verb;
use ajet_protocol::scopes::{ChannelsRead, ChannelsWrite};
use ajet_protocol::{ChannelId, Overwrite, Page, Permissions, SetOverwrite};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Answer;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::overwrites;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(set, remove))
}

/// What a channel allows and denies; the cursor is the target's id.
#[utoipa::path(get, path = "/api/channels/{id}/overwrites", operation_id = "overwrites.list", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of overwrites.", body = Page<Overwrite>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<ChannelsRead>,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Overwrite>>> {
    overwrites::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Sets what a channel allows and denies everybody, a role or a member; again replaces it.
///
/// One gives and takes only what one may do in the channel oneself, and not for roles or people that stand above. For everybody one must
/// manage roles in the whole community, and for themselves only owners do. A token also needs the scope `members:write`, as for roles.
#[utoipa::path(put, path = "/api/channels/{id}/overwrites/{target_id}", operation_id = "overwrites.set", tag = "channels",
    params(
        ("id" = uuid::Uuid, Path, description = "The channel's id."),
        ("target_id" = uuid::Uuid, Path, description = "The id of a role or a member; the community's own id for everybody.")),
    request_body(content = SetOverwrite, description = "What is to be allowed and denied."),
    responses(
        (status = 200, description = "The overwrite as it is now.", body = Overwrite),
        (status = 403, description = "The caller may not manage roles here, or does not have what they give or take, or the target stands too high (`forbidden`)."),
        (status = 409, description = "The channel has 100 overwrites (`limit`).")),
    security(("bearer" = [])))]
pub async fn set(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    InPath((channel_id, target_id)): InPath<(ChannelId, Uuid)>,
    Valid(SetOverwrite { allow, deny }): Valid<SetOverwrite>,
) -> Answer<Json<Overwrite>> {
    let set = |given: Option<Vec<_>>| Permissions::of(&given.unwrap_or_default());
    let overwrite = verb::SetOverwrite { channel_id, target_id, allow: set(allow), deny: set(deny) };
    overwrites::set(&app.context, caller.by(), overwrite).await.map(Json)
}

/// Removes what a channel allows and denies everybody, a role or a member; again changes nothing.
#[utoipa::path(delete, path = "/api/channels/{id}/overwrites/{target_id}", operation_id = "overwrites.remove", tag = "channels",
    params(
        ("id" = uuid::Uuid, Path, description = "The channel's id."),
        ("target_id" = uuid::Uuid, Path, description = "The id of a role or a member; the community's own id for everybody.")),
    responses(
        (status = 204, description = "There is no overwrite for the target now."),
        (status = 403, description = "The caller may not manage roles here, or does not have what they give or take, or the target stands too high (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    InPath((channel_id, target_id)): InPath<(ChannelId, Uuid)>,
) -> Answer<StatusCode> {
    overwrites::remove(&app.context, caller.by(), verb::RemoveOverwrite { channel_id, target_id }).await?;
    Ok(StatusCode::NO_CONTENT)
}
