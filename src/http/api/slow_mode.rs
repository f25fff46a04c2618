//! Slow mode of channels.

use ajet_domain::community::SetSlowMode;
use ajet_protocol::scopes::ChannelsWrite;
use ajet_protocol::{Channel, ChannelId, SlowChannel};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::slow_mode;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set))
}

/// Sets how long a person has to wait between two messages in a channel; again changes nothing.
///
/// Those who may manage messages there do not wait, nor do webhooks. Who posts too early is answered 429 `slow_mode`.
#[utoipa::path(put, path = "/api/channels/{id}/slow_mode", operation_id = "channels.slow_mode", tag = "channels",
    params(("id" = uuid::Uuid, Path, description = "The channel's id.")),
    request_body(content = SlowChannel, description = "The pause."),
    responses(
        (status = 200, description = "The channel, as the caller sees it.", body = Channel),
        (status = 403, description = "The caller may not manage channels here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn set(
    State(app): State<App>,
    caller: Caller<ChannelsWrite>,
    Id(channel_id): Id<ChannelId>,
    Valid(SlowChannel { seconds }): Valid<SlowChannel>,
) -> Answer<Json<Channel>> {
    // The shape of the request keeps it within a few hours.
    let seconds = u32::try_from(seconds).unwrap_or_default();
    slow_mode::set(&app.context, caller.by(), SetSlowMode { channel_id, seconds }).await.map(Json)
}
