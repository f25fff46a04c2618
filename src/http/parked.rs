//! What is parked, for operators: the list of it, and a replay of one event or message. A text is in neither.

use ajet_protocol::ops::{ParkedReplay, ParkedWork, ReplayOutcome};
use ajet_protocol::{MessageId, StreamId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::extract::body::Id;
use super::extract::path::InPath;
use super::ops::Operator;
use super::state::App;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(replay)).routes(routes!(replay_message))
}

/// Events that NATS did not take, and messages of which people could not be notified, the newest first.
#[utoipa::path(get, path = "/ops/parked", operation_id = "ops.parked", tag = "operators",
    responses((status = 200, description = "At most 100 parked events and 100 parked messages, and whether there are more.", body = ParkedWork)),
    security(("ops" = [])))]
pub async fn list(State(app): State<App>, _: Operator) -> Result<Json<ParkedWork>, ApiError> {
    Ok(Json(app.ops.parked().await?))
}

/// Publishes a parked event again, as the log has it now.
#[utoipa::path(post, path = "/ops/parked/{stream}/{seq}/replay", operation_id = "ops.replay_parked", tag = "operators",
    params(
        ("stream" = uuid::Uuid, Path, description = "The event's stream."),
        ("seq" = u64, Path, description = "Its number on that stream.")),
    responses(
        (status = 202, body = ParkedReplay,
            description = "It waits for the publisher of this node. It stays parked until NATS has taken it."),
        (status = 200, body = ParkedReplay,
            description = "It is past retention and can't be published. It is parked no more."),
        (status = 404, description = "No such event is parked (`not_found`)."),
        (status = 503, description = "NATS is away, or this node's publisher has no room; the event stays parked (`unavailable`).")),
    security(("ops" = [])))]
pub async fn replay(
    State(app): State<App>,
    _: Operator,
    InPath((stream, seq)): InPath<(StreamId, u64)>,
) -> Result<(StatusCode, Json<ParkedReplay>), ApiError> {
    let outcome = app.ops.replay_parked(stream, seq).await?;
    let status = match outcome {
        ReplayOutcome::Queued => StatusCode::ACCEPTED,
        ReplayOutcome::PastRetention => StatusCode::OK,
    };
    Ok((status, Json(ParkedReplay { outcome })))
}

/// Has people notified of a parked message, as it is now.
#[utoipa::path(post, path = "/ops/parked/messages/{message_id}/replay", operation_id = "ops.replay_parked_message", tag = "operators",
    params(("message_id" = uuid::Uuid, Path, description = "The message.")),
    responses(
        (status = 202, body = ParkedReplay,
            description = "It is due again, and any node takes it. It is parked again when it fails."),
        (status = 404, description = "No such message is parked (`not_found`).")),
    security(("ops" = [])))]
pub async fn replay_message(
    State(app): State<App>,
    _: Operator,
    Id(message): Id<MessageId>,
) -> Result<(StatusCode, Json<ParkedReplay>), ApiError> {
    let outcome = app.ops.replay_parked_message(message).await?;
    Ok((StatusCode::ACCEPTED, Json(ParkedReplay { outcome })))
}
