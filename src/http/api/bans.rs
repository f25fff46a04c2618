//! Bans.

use ajet_domain::community as verb;
use ajet_protocol::scopes::{MembersRead, MembersWrite};
use ajet_protocol::{Ban, CommunityId, Page, Reason, UserId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::bans;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(set, lift))
}

/// The people who may not come back into a community.
#[utoipa::path(get, path = "/api/communities/{id}/bans", operation_id = "bans.list", tag = "members",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of bans.", body = Page<Ban>),
        (status = 403, description = "The caller may not ban here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<Ban>>> {
    bans::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Bans a person, whether they belong to the community or not; again replaces the reason.
#[utoipa::path(put, path = "/api/communities/{id}/bans/{user_id}", operation_id = "bans.set", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id.")),
    request_body(content = Reason, description = "Why."),
    responses(
        (status = 204, description = "The person is banned, and in the community no more."),
        (status = 403, description = "The caller may not ban here, or the person is an owner (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn set(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user_id)): InPath<(CommunityId, UserId)>,
    Valid(Reason { reason }): Valid<Reason>,
) -> Answer<StatusCode> {
    let ban = verb::Ban { user_id, reason: reason.map(String::from) };
    bans::ban(&app.context, caller.by(), id, ban).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lifts a ban; again changes nothing. The person comes back by an invite.
#[utoipa::path(delete, path = "/api/communities/{id}/bans/{user_id}", operation_id = "bans.lift", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id.")),
    request_body(content = Reason, description = "Why."),
    responses(
        (status = 204, description = "The person is not banned now."),
        (status = 403, description = "The caller may not ban here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn lift(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user)): InPath<(CommunityId, UserId)>,
    Valid(Reason { reason }): Valid<Reason>,
) -> Answer<StatusCode> {
    bans::unban(&app.context, caller.by(), id, user, reason.map(String::from)).await?;
    Ok(StatusCode::NO_CONTENT)
}
