//! The operators' surface: behind a token of its own.

use ajet_cluster::NodeId;
use ajet_protocol::Code;
use ajet_protocol::ops::{ClusterReport, EntityReport};
use axum::Json;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::{StatusCode, header, request::Parts};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::body::Id;
use super::error::ApiError;
use super::state::App;
use crate::cluster::{Death, Named, NotDone};

/// Somebody who showed the operators' token.
pub struct Operator;

impl FromRequestParts<App> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Some(token) = &app.ops_token else { return Err(ApiError::not_found()) };
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        match shown {
            Some((_, shown)) if is_token(shown.trim(), token) => Ok(Self),
            _ => Err(ApiError::new(
                Code::Unauthenticated,
                "Send the operators' token (ops.token) as a bearer token.",
            )),
        }
    }
}

/// Compares in constant time.
fn is_token(shown: &str, token: &SecretString) -> bool {
    shown.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
}

/// The nodes, as the asked one sees them.
#[utoipa::path(get, path = "/ops/cluster", tag = "operators", responses((status = 200, body = ClusterReport)), security(("bearer" = [])))]
pub async fn cluster(State(app): State<App>, _: Operator) -> Json<ClusterReport> {
    Json(app.cluster.report().await)
}

/// Stops a node as SIGTERM does: its entities are handed over, its streams told to go elsewhere.
#[utoipa::path(post, path = "/ops/nodes/{id}/drain", tag = "operators", params(("id" = String, Path)),
    responses((status = 202), (status = 404)), security(("bearer" = [])))]
pub async fn drain(State(app): State<App>, _: Operator, Id(id): Id<NodeId>) -> Result<StatusCode, ApiError> {
    app.cluster.drain(id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Where an entity lives and how it does.
#[utoipa::path(get, path = "/ops/entities/{kind}/{id}", tag = "operators", params(("kind" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = EntityReport), (status = 404)), security(("bearer" = [])))]
pub async fn entity(
    State(app): State<App>,
    _: Operator,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<EntityReport>, ApiError> {
    Ok(Json(app.cluster.inspect(named(&kind, &id)?).await?))
}

/// How an activation is to die.
#[derive(Debug, Deserialize)]
pub struct Mode {
    mode: Option<String>,
}

/// Kills an entity's activation (`chaos.enabled` only): `?mode=stop`, or `panic`.
#[utoipa::path(delete, path = "/ops/entities/{kind}/{id}", tag = "operators",
    params(("kind" = String, Path), ("id" = String, Path), ("mode" = Option<String>, Query)),
    responses((status = 204), (status = 403), (status = 404)), security(("bearer" = [])))]
pub async fn kill(
    State(app): State<App>,
    _: Operator,
    Path((kind, id)): Path<(String, String)>,
    Query(mode): Query<Mode>,
) -> Result<StatusCode, ApiError> {
    let death = match mode.mode.as_deref() {
        None | Some("stop") => Death::Stop,
        Some("panic") => Death::Panic,
        Some(_) => return Err(ApiError::field("mode", "bad_format", "must be stop or panic")),
    };
    app.cluster.kill(named(&kind, &id)?, death).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn named(kind: &str, id: &str) -> Result<Named, ApiError> {
    let id: Uuid = id.parse().map_err(|_| ApiError::not_found())?;
    Named::parse(kind, id).ok_or_else(ApiError::not_found)
}

impl From<NotDone> for ApiError {
    fn from(error: NotDone) -> Self {
        match error {
            NotDone::NotThere => Self::not_found(),
            NotDone::Silent => Self::new(Code::Unavailable, "The node does not answer."),
            NotDone::NotEnabled => Self::new(Code::Forbidden, "Set chaos.enabled to allow this."),
            NotDone::Store(error) => error.into(),
        }
    }
}
