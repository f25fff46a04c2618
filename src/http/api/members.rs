//! Members who go.

use ajet_protocol::scopes::MembersWrite;
use ajet_protocol::{CommunityId, Reason, UserId};
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::Valid;
use crate::http::extract::caller::Caller;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::members;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(remove))
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
