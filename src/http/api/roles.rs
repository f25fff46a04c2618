//! Custom roles.

use ajet_domain::community as verb;
use ajet_protocol::scopes::{MembersRead, MembersWrite};
use ajet_protocol::{CommunityId, CreateRole, CustomRole, Page, Permissions, RoleId, UpdateRole};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::{Created, roles};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(update, delete))
}

/// Creates a role, which has no holders yet.
///
/// It stands below the caller's own roles, and grants only what the caller may do themselves.
#[utoipa::path(post, path = "/api/communities/{id}/roles", operation_id = "roles.create", tag = "roles",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateRole, description = "The role to be created."),
    responses(
        (status = 201, description = "The new role.", body = CustomRole),
        (status = 403, description = "The caller may not manage roles here, or the role would stand too high, or grant more than they have (`forbidden`), or they are muted (`muted`)."),
        (status = 409, description = "A role of this name is already there (`conflict`), or there are 250 roles (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    Id(id): Id<CommunityId>,
    Keyed { body, key }: Keyed<CreateRole>,
) -> Answer<Created<CustomRole>> {
    let role = verb::CreateRole {
        name: body.name,
        permissions: Permissions::of(&body.permissions.unwrap_or_default()),
        position: body.position.map(position).unwrap_or_default(),
    };
    roles::create(&app.context, caller.by(), id, role, key).await
}

/// A position whose range is checked.
fn position(given: i64) -> i32 {
    i32::try_from(given).unwrap_or_default()
}

/// The roles of a community, by id; `position` says how high each stands.
#[utoipa::path(get, path = "/api/communities/{id}/roles", operation_id = "roles.list", tag = "roles",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of roles.", body = Page<CustomRole>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<CustomRole>>> {
    roles::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Changes a role: its name, what it grants, how high it stands.
#[utoipa::path(patch, path = "/api/roles/{id}", operation_id = "roles.update", tag = "roles",
    params(("id" = uuid::Uuid, Path, description = "The role's id.")),
    request_body(content = UpdateRole, description = "What is to be changed."),
    responses(
        (status = 200, description = "The role as it is now.", body = CustomRole),
        (status = 403, description = "The caller may not manage roles here, or the role stands too high or would, or it would gain what they do not have (`forbidden`), or they are muted (`muted`)."),
        (status = 409, description = "Another role has this name (`conflict`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    Id(role_id): Id<RoleId>,
    Valid(body): Valid<UpdateRole>,
) -> Answer<Json<CustomRole>> {
    let update = verb::UpdateRole {
        role_id,
        name: body.name,
        permissions: body.permissions.as_deref().map(Permissions::of),
        position: body.position.map(position),
    };
    roles::update(&app.context, caller.by(), update).await.map(Json)
}

/// Deletes a role. Its holders lose what it granted, and what channels allow and deny it goes with it.
#[utoipa::path(delete, path = "/api/roles/{id}", operation_id = "roles.delete", tag = "roles",
    params(("id" = uuid::Uuid, Path, description = "The role's id.")),
    responses(
        (status = 204, description = "The role is not there now."),
        (status = 403, description = "The caller may not manage roles here, or the role stands too high, or they hold it and are no admin (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    Id(id): Id<RoleId>,
) -> Answer<StatusCode> {
    roles::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
