//! Muting members.

use ajet_domain::community::Mute;
use ajet_protocol::scopes::MembersWrite;
use ajet_protocol::{CommunityId, MuteMember, Reason, UserId};
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::Valid;
use crate::http::extract::caller::Caller;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::mutes;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set, lift))
}

/// Mutes a member: they read on and may not write, for a time or until it is lifted.
#[utoipa::path(put, path = "/api/communities/{id}/mutes/{user_id}", operation_id = "mutes.set", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The member's id.")),
    request_body(content = MuteMember, description = "For how long, and why."),
    responses(
        (status = 204, description = "The member is muted now."),
        (status = 403, description = "The caller may not mute here, or the member is an owner (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn set(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user_id)): InPath<(CommunityId, UserId)>,
    Valid(MuteMember { seconds, reason }): Valid<MuteMember>,
) -> Answer<StatusCode> {
    let seconds = seconds.map(i64::unsigned_abs);
    let mute = Mute { user_id, seconds, reason: reason.map(String::from) };
    mutes::mute(&app.context, caller.by(), id, mute).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lifts a mute; again changes nothing.
#[utoipa::path(delete, path = "/api/communities/{id}/mutes/{user_id}", operation_id = "mutes.lift", tag = "members",
    params(
        ("id" = uuid::Uuid, Path, description = "The community's id."),
        ("user_id" = uuid::Uuid, Path, description = "The member's id.")),
    request_body(content = Reason, description = "Why."),
    responses(
        (status = 204, description = "The member is not muted now."),
        (status = 403, description = "The caller may not mute here, or the member is an owner (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn lift(
    State(app): State<App>,
    caller: Caller<MembersWrite>,
    InPath((id, user)): InPath<(CommunityId, UserId)>,
    Valid(Reason { reason }): Valid<Reason>,
) -> Answer<StatusCode> {
    mutes::unmute(&app.context, caller.by(), id, user, reason.map(String::from)).await?;
    Ok(StatusCode::NO_CONTENT)
}
