//! The people of a community.

use std::collections::HashMap;

use ajet_domain::community as verb;
use ajet_protocol::scopes::{MembersRead, MembersWrite};
use ajet_protocol::{CommunityId, Member, Page, Reason, Trimmed, UpdateMember, UserId, shape};
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
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::members;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, update, remove))
}

/// The people of a community; the cursor is a user's id.
#[utoipa::path(get, path = "/api/communities/{id}/members", operation_id = "members.list", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("q" = Option<String>, Query, description = "Only those whose user name, display name or nickname holds this text, in capitals or not."),
        ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of members.", body = Page<Member>),
        (status = 422, description = "`q` has more than 80 characters, or some that can't be shown (`invalid`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    Id(id): Id<CommunityId>,
    InQuery(given): InQuery<HashMap<String, String>>,
    Paging(query): Paging,
) -> Answer<Json<Page<Member>>> {
    let like = searched(&given)?;
    members::list(&app.context, caller.id(), id, like.as_ref(), &query).await.map(Json)
}

/// What names are to hold; `None` for any.
fn searched(given: &HashMap<String, String>) -> Result<Option<Trimmed>, ApiError> {
    let like = given.get("q").map(|text| Trimmed::from(text.as_str())).filter(|text| !text.is_empty());
    if like.as_ref().is_some_and(|text| shape::name(text).is_err()) {
        return Err(ApiError::field("q", "bad_format", "must be 1 to 80 characters that can be shown"));
    }
    Ok(like)
}

/// One member.
#[utoipa::path(get, path = "/api/communities/{id}/members/{user_id}", operation_id = "members.get", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id.")),
    responses((status = 200, description = "The member.", body = Member)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    InPath((id, person)): InPath<(CommunityId, UserId)>,
) -> Answer<Json<Member>> {
    members::get(&app.context, caller.id(), id, person).await.map(Json)
}

/// Changes a member: their role, what they are called, which custom roles they hold.
///
/// Everybody may change what they are called themselves, and step down; all else is for those who manage members, and for people who do
/// not stand above them. Owners and admins are made and unmade by owners alone, who change nothing else of another owner. One gives no role that stands at or above
/// one's own, or that grants what one may not do oneself, be it by what a channel allows it. Below an admin no one
/// changes the custom roles that they hold themselves.
#[utoipa::path(patch, path = "/api/communities/{id}/members/{user_id}", operation_id = "members.update", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id.")),
    request_body(content = UpdateMember, description = "What is to be changed."),
    responses(
        (status = 200, description = "The member as they are now.", body = Member),
        (status = 403, description = "The caller may not change this of this person (`forbidden`), or is muted and changes a nickname (`muted`)."),
        (status = 409, description = "The caller is the only owner, and can't step down (`conflict`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user_id)): InPath<(CommunityId, UserId)>,
    Valid(UpdateMember { role, nickname, roles }): Valid<UpdateMember>,
) -> Answer<Json<Member>> {
    let update = verb::UpdateMember { user_id, own: false, role, nickname, roles };
    members::update(&app.context, caller.by(), id, update).await.map(Json)
}

/// Removes a person from a community; oneself: leaves it. Who was removed may come back by an invite.
#[utoipa::path(delete, path = "/api/communities/{id}/members/{user_id}", operation_id = "members.remove", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The person's id; the caller's own to leave.")),
    request_body(content = Reason, description = "Why, where somebody else is removed."),
    responses(
        (status = 204, description = "The person does not belong to the community now."),
        (status = 403, description = "The caller may not kick here, or the person is an owner (`forbidden`)."),
        (status = 409, description = "The caller is the only owner, and can't leave (`conflict`).")),
    security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user)): InPath<(CommunityId, UserId)>,
    Valid(Reason { reason }): Valid<Reason>,
) -> Answer<StatusCode> {
    members::remove(&app.context, caller.by(), id, user, reason.map(String::from)).await?;
    Ok(StatusCode::NO_CONTENT)
}
