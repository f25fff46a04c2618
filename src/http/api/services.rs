//! What services beside the server ask of it.

use ajet_protocol::Jwks;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::state::App;
use crate::usecases::service_tokens;

/// For how long proxies may keep the keys: less than a new one is published before it signs.
const CACHED: &str = "public, max-age=60";

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(keys))
}

/// The public keys by which services verify the tokens that this server signs (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "services.keys", tag = "services",
    responses((status = 200, description = "The keys that sign now or will next, and those whose tokens have not expired.", body = Jwks)))]
pub async fn keys(State(app): State<App>) -> Answer<([(HeaderName, &'static str); 1], Json<Jwks>)> {
    let keys = service_tokens::keys(&app.context).await?;
    Ok(([(header::CACHE_CONTROL, CACHED)], Json(keys)))
}
