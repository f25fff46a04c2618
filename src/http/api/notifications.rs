//! What the caller was told of. No token may ask: it concerns the person alone.

use std::collections::HashMap;

use ajet_domain::person::Which;
use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Notification, Page, ReadNotifications, UnreadNotifications};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::error::ApiError;
use crate::http::extract::body::Valid;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::notifications::{self, Listed};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

/// A page of the caller's notifications, oldest first.
///
/// Without a cursor it is the newest page. Listed are those of channels that the caller is in, each with its message as it is now, and those
/// that are about no channel.
#[utoipa::path(get, path = "/api/notifications", operation_id = "notifications.list", tag = "notifications",
    params(
        ("unread" = Option<bool>, Query, description = "`true`: only those that are not read yet."),
        ajet_protocol::PageQuery),
    responses(
        (status = 200, description = "One page of notifications.", body = Page<Notification>),
        (status = 422, description = "`unread` is neither `true` nor `false` (`invalid`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    InQuery(given): InQuery<HashMap<String, String>>,
    Paging(query): Paging,
) -> Answer<Json<Page<Notification>>> {
    let listed = listed(&given)?;
    notifications::list(&app.context, caller.id(), listed, &query, notifications::english).await.map(Json)
}

fn listed(given: &HashMap<String, String>) -> Result<Listed, ApiError> {
    match given.get("unread").map(String::as_str) {
        Some("true") => Ok(Listed::Unread),
        Some("false") | None => Ok(Listed::All),
        Some(_) => Err(ApiError::field("unread", "bad_format", "must be true or false")),
    }
}

/// Marks notifications as read, by their ids or all that there are; again changes nothing.
///
/// Ids that are none of the caller's are ignored. The caller's sessions are told by `notification.read`.
#[utoipa::path(post, path = "/api/notifications/read", operation_id = "notifications.read", tag = "notifications",
    request_body(content = ReadNotifications, description = "Which: either `ids`, or `all`."),
    responses((status = 200, description = "How many are left to be read.", body = UnreadNotifications)),
    security(("bearer" = [])))]
pub async fn read(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Valid(ReadNotifications { ids, .. }): Valid<ReadNotifications>,
) -> Answer<Json<UnreadNotifications>> {
    // One of the two is there: without ids it is all of them.
    let which = ids.map_or(Which::All, Which::Ids);
    notifications::read(&app.context, caller.by(), which).await.map(Json)
}
