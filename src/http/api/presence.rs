//! Who is online, and who is typing.

use ajet_protocol::scopes::{MembersRead, PresenceWrite};
use ajet_protocol::{ChannelId, CommunityId, OnlinePeople, SetTyping};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::presence;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(heartbeat)).routes(routes!(online)).routes(routes!(typing))
}

/// Says that the caller is there: they are online for two minutes. An open live stream says the same for as long as it is open.
#[utoipa::path(post, path = "/api/heartbeat", operation_id = "presence.heartbeat", tag = "presence",
    responses((status = 200, description = "The caller is online; an object without fields.", body = Object)),
    security(("bearer" = [])))]
pub async fn heartbeat(State(app): State<App>, caller: Caller<PresenceWrite>) -> Json<Value> {
    app.context.presence.beat(caller.id());
    Json(json!({}))
}

/// The people of a community who are online, as far as they share a channel with the caller that both have joined. Somebody who is
/// invisible is shown to themselves alone.
#[utoipa::path(get, path = "/api/communities/{id}/presence", operation_id = "presence.list", tag = "presence",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    responses((status = 200, description = "All of them.", body = OnlinePeople)),
    security(("bearer" = [])))]
pub async fn online(
    State(app): State<App>,
    caller: Caller<MembersRead>,
    Id(id): Id<CommunityId>,
) -> Answer<Json<OnlinePeople>> {
    presence::online(&app.context, caller.id(), id).await.map(Json)
}

/// Tells those who joined a channel that the caller is typing there, or has stopped, by `typing.start` and `typing.stop`.
///
/// A client says `start` again every few seconds for as long as its user types: 15 seconds after the last one, and with a post, it ends by
/// itself. Another `start` within 3 seconds does nothing, also after a `stop`, and nor does a `stop` of what has ended or not begun.
#[utoipa::path(post, path = "/api/channels/{id}/typing", operation_id = "presence.typing", tag = "presence",
    params(("id" = uuid::Uuid, Path, description = "The channel's id; direct messages are channels, too.")),
    request_body(content = SetTyping, description = "Whether the caller begins or ends."),
    responses(
        (status = 204, description = "Those who are there are told. Nothing is stored."),
        (status = 403, description = "The caller has not joined the channel or may not post there (`forbidden`), is muted (`muted`), or one of the two people of a direct message has blocked the other (`blocked`)."),
        (status = 409, description = "The channel is archived (`archived`).")),
    security(("bearer" = [])))]
pub async fn typing(
    State(app): State<App>,
    caller: Caller<PresenceWrite>,
    Id(id): Id<ChannelId>,
    Valid(SetTyping { state }): Valid<SetTyping>,
) -> Answer<StatusCode> {
    presence::typing(&app.context, caller.id(), id, state).await?;
    Ok(StatusCode::NO_CONTENT)
}
