//! Jobs, for operators: the list of them, and a retry or the end of one. No payload and no text is in any answer.

use ajet_protocol::ops::JobList;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::extract::path::InPath;
use super::ops::Operator;
use super::state::App;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(retry)).routes(routes!(discard))
}

/// Slow work that waits, runs or is dead: the dead first, and among each the newest.
#[utoipa::path(get, path = "/ops/jobs", operation_id = "ops.jobs", tag = "operators",
    responses((status = 200, description = "At most 100 jobs, and whether there are more.", body = JobList)),
    security(("ops" = [])))]
pub async fn list(State(app): State<App>, _: Operator) -> Result<Json<JobList>, ApiError> {
    Ok(Json(app.ops.jobs().await?))
}

/// Has a job tried again that is dead, or at once that rests.
#[utoipa::path(post, path = "/ops/jobs/{number}/retry", operation_id = "ops.retry_job", tag = "operators",
    params(("number" = i64, Path, description = "The job's number.")),
    responses(
        (status = 202, description = "It is due, and any node takes it. It is dead again when all its attempts have failed."),
        (status = 404, description = "There is no such job, or a node is carrying it out (`not_found`).")),
    security(("ops" = [])))]
pub async fn retry(
    State(app): State<App>,
    _: Operator,
    InPath(number): InPath<i64>,
) -> Result<StatusCode, ApiError> {
    app.ops.retry_job(number).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Gives a job up that is dead or waits: what it was to do is not done.
#[utoipa::path(delete, path = "/ops/jobs/{number}", operation_id = "ops.discard_job", tag = "operators",
    params(("number" = i64, Path, description = "The job's number.")),
    responses(
        (status = 204, description = "The job is gone."),
        (status = 404, description = "There is no such job, or a node is carrying it out (`not_found`).")),
    security(("ops" = [])))]
pub async fn discard(
    State(app): State<App>,
    _: Operator,
    InPath(number): InPath<i64>,
) -> Result<StatusCode, ApiError> {
    app.ops.discard_job(number).await?;
    Ok(StatusCode::NO_CONTENT)
}
