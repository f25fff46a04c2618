//! Is it alive, is it ready, how is it doing.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::state::App;

/// A dependency that answers slower than this is not ready.
const PATIENCE: Duration = Duration::from_secs(1);

/// A node's readiness, dependency by dependency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready` or `not_ready`.
    pub status: &'static str,
    pub postgres: bool,
    /// Without it a node serves on: events reach its own readers and wait in the outbox.
    pub nats: bool,
    pub draining: bool,
}

/// The process runs.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, body = String)))]
pub async fn livez() -> &'static str {
    "ok"
}

/// The node takes requests.
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
pub async fn readyz(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let postgres = app.store.answers_within(PATIENCE).await;
    let draining = app.draining.load(Ordering::Relaxed);
    let ready = postgres && !draining;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if ready { "ready" } else { "not_ready" };
    (status, Json(Readiness { status: word, postgres, nats: app.bus.is_ready(), draining }))
}

/// Metrics in Prometheus' text form.
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, body = String)))]
pub async fn metrics(State(app): State<App>) -> Response {
    app.metrics.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.render()).into_response()
}
