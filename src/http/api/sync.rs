//! What a client starts with.

use ajet_protocol::Sync;
use ajet_protocol::scopes::ChannelsRead;
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::sync;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(start))
}

/// All that the caller may see, as of one moment: what a client shows first.
///
/// A live stream that is opened with `Last-Event-ID: <cursor>` goes on exactly from there: it brings what was committed after that moment,
/// and nothing that is in this answer already.
///
/// Of a channel that the caller has not joined `joined` is left out, and `my_permissions` where it is that of the community.
///
/// A token gets no drafts, blocks and notifications, no roles without `members:read`, and of permissions those that its scopes let it use.
#[utoipa::path(get, path = "/api/sync", operation_id = "me.sync", tag = "me",
    responses(
        (status = 200, description = "Everything, and where a stream goes on from it.", body = Sync),
        (status = 503, description = "This node has just started, and can't say yet where a stream would go on (`unavailable`).")),
    security(("bearer" = [])))]
pub async fn start(State(app): State<App>, caller: Caller<ChannelsRead>) -> Answer<Json<Sync>> {
    sync::start(&app.context, caller.id(), caller.session.scopes).await.map(Json)
}
