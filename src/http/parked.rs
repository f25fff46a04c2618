//! Parked events, for operators: the list of them, and a replay of one. A text is in neither.

use ajet_protocol::ops::{ParkedEvent, ParkedReplay, ReplayOutcome};
use ajet_protocol::{Page, StreamId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::error::ApiError;
use super::extract::path::InPath;
use super::ops::Operator;
use super::state::App;

/// Events that NATS did not take, the newest first.
#[utoipa::path(get, path = "/ops/parked", operation_id = "ops.parked", tag = "operators",
    responses((status = 200, description = "At most 100 parked events, and whether there are more.", body = Page<ParkedEvent>)),
    security(("ops" = [])))]
pub async fn list(State(app): State<App>, _: Operator) -> Result<Json<Page<ParkedEvent>>, ApiError> {
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
