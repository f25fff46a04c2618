//! People: shown, found, and taken out of use.

use std::collections::HashMap;

use ajet_protocol::scopes::{MembersRead, SessionOnly};
use ajet_protocol::{Page, User, UserId, UserSearch};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::users;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(deactivate, reactivate))
}

/// People whom the caller shares a community or a direct message with, and the caller, by their ids.
///
/// The account of exactly the user name `q` is always listed. Other deactivated accounts are left out.
#[utoipa::path(get, path = "/api/users", operation_id = "users.list", tag = "users",
    params(
        ("q" = Option<String>, Query,
            description = "Part of a user name or of a display name, without regard to case, at most 500 characters; all people where it is missing or empty."),
        ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of people.", body = Page<User>),
        (status = 422, description = "`q` is too long, or holds a control character (`invalid`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    InQuery(mut given): InQuery<HashMap<String, String>>,
    Paging(query): Paging,
) -> Answer<Json<Page<User>>> {
    let q = given.remove("q").unwrap_or_default();
    let search = valid(UserSearch { q: q.into() })?;
    users::search(&app.context, caller.id(), &search, &query).await.map(Json)
}

/// A person or bot, by their id. Everybody who is signed in may see everybody.
#[utoipa::path(get, path = "/api/users/{id}", operation_id = "users.get", tag = "users",
    params(("id" = uuid::Uuid, Path, description = "The person's id.")),
    responses((status = 200, description = "The person.", body = User)),
    security(("bearer" = [])))]
pub async fn get(State(app): State<App>, _: Caller<MembersRead>, Id(id): Id<UserId>) -> Answer<Json<User>> {
    users::get(&app.context, id).await.map(Json)
}

/// Takes an account out of use; again changes nothing.
///
/// For the owner of the system. The person's sessions and live streams have ended when this is answered, the webhooks that they made take
/// nothing, and signing in is refused. Nothing of theirs is lost, but for the tokens of bots that they made, which end. A bot's own tokens are
/// refused while its account is out of use.
#[utoipa::path(put, path = "/api/users/{id}/deactivated", operation_id = "users.deactivate", tag = "users",
    params(("id" = uuid::Uuid, Path, description = "The person's id.")),
    responses(
        (status = 204, description = "The account is out of use."),
        (status = 403, description = "The caller does not own the system (`forbidden`)."),
        (status = 422, description = "It is the caller's own account (`invalid`).")),
    security(("bearer" = [])))]
pub async fn deactivate(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<UserId>,
) -> Answer<StatusCode> {
    users::deactivate(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an account into use again; again changes nothing. The person signs in as before, and the tokens of a bot are good again.
#[utoipa::path(delete, path = "/api/users/{id}/deactivated", operation_id = "users.reactivate", tag = "users",
    params(("id" = uuid::Uuid, Path, description = "The person's id.")),
    responses(
        (status = 204, description = "The account is in use."),
        (status = 403, description = "The caller does not own the system (`forbidden`)."),
        (status = 422, description = "It is the caller's own account (`invalid`).")),
    security(("bearer" = [])))]
pub async fn reactivate(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<UserId>,
) -> Answer<StatusCode> {
    users::reactivate(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
