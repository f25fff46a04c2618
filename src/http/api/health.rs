//! Is it alive, is it ready, how is it doing.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::state::App;
use crate::store::Store;

/// A dependency that answers slower than this is not ready.
const PATIENCE: Duration = Duration::from_secs(1);

/// What was found out a moment ago is good enough for everybody who asks now.
const REMEMBERED: Duration = Duration::from_millis(250);

/// Whether dependencies answer, as of a moment ago: however many ask, one at a time looks.
#[derive(Debug, Default)]
pub struct Probe(tokio::sync::Mutex<Option<(Instant, bool)>>);

impl Probe {
    async fn postgres(&self, store: &Store) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, answered)) = *last
            && at.elapsed() < REMEMBERED
        {
            return answered;
        }
        let answered = store.answers_within(PATIENCE).await;
        *last = Some((Instant::now(), answered));
        answered
    }
}

/// A node's readiness, dependency by dependency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether the node takes requests.
    #[schema(value_type = ajet_protocol::forms::ReadyWord)]
    pub status: &'static str,
    /// Whether PostgreSQL answers.
    pub postgres: bool,
    /// Whether NATS does. Without it a node serves on: events reach its own readers and wait in the outbox.
    pub nats: bool,
    /// Whether the node is on its way out.
    pub draining: bool,
}

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(livez))
        .routes(routes!(live))
        .routes(routes!(readyz))
        .routes(routes!(ready))
        .routes(routes!(health))
        .routes(routes!(metrics))
}

/// The process runs.
#[utoipa::path(get, path = "/livez", operation_id = "health.livez", tag = "health",
    responses((status = 200, description = "`ok`: it does.", body = String)))]
pub async fn livez() -> &'static str {
    "ok"
}

/// The process runs: the same as `/livez`.
#[utoipa::path(get, path = "/live", operation_id = "health.live", tag = "health",
    responses((status = 200, description = "It does: `ok`.", body = String)))]
pub async fn live() -> &'static str {
    livez().await
}

/// The node takes requests.
#[utoipa::path(get, path = "/readyz", operation_id = "health.readyz", tag = "health",
    responses(
        (status = 200, description = "It does.", body = Readiness),
        (status = 503, description = "It does not: it is on its way out, or PostgreSQL does not answer.", body = Readiness)))]
pub async fn readyz(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let postgres = app.probe.postgres(&app.store).await;
    let draining = app.draining.load(Ordering::Relaxed);
    let ready = postgres && !draining;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if ready { "ready" } else { "not_ready" };
    (status, Json(Readiness { status: word, postgres, nats: app.bus.is_ready(), draining }))
}

/// The node takes requests: the same as `/readyz`.
#[utoipa::path(get, path = "/ready", operation_id = "health.ready", tag = "health",
    responses(
        (status = 200, description = "It does.", body = Readiness),
        (status = 503, description = "It does not: it is on its way out, or PostgreSQL does not answer.", body = Readiness)))]
pub async fn ready(app: State<App>) -> (StatusCode, Json<Readiness>) {
    readyz(app).await
}

/// The node takes requests: the same as `/readyz`.
#[utoipa::path(get, path = "/health", operation_id = "health.health", tag = "health",
    responses(
        (status = 200, description = "It does.", body = Readiness),
        (status = 503, description = "It does not: it is on its way out, or PostgreSQL does not answer.", body = Readiness)))]
pub async fn health(app: State<App>) -> (StatusCode, Json<Readiness>) {
    readyz(app).await
}

/// Metrics in Prometheus' text form.
#[utoipa::path(get, path = "/metrics", operation_id = "health.metrics", tag = "health",
    responses((status = 200, description = "What the node measures.", body = String)))]
pub async fn metrics(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.render()).into_response()
}
