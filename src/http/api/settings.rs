//! Settings of the whole system, for its owner. No token may ask for them.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{SystemSettings, UpdateSettings};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::body::Valid;
use crate::http::extract::caller::Caller;
use crate::http::extract::owner::OwnsSystem;
use crate::http::state::App;
use crate::usecases::settings;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// The settings of the system.
#[utoipa::path(get, path = "/api/system/settings", operation_id = "settings.get", tag = "system",
    responses(
        (status = 200, description = "The settings.", body = SystemSettings),
        (status = 403, description = "The caller is not the system owner (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn get(State(app): State<App>, caller: Caller<SessionOnly>) -> Answer<Json<SystemSettings>> {
    settings::get(&app.context, caller.id()).await.map(Json)
}

/// Changes settings of the system. All nodes go by them within a second.
#[utoipa::path(patch, path = "/api/system/settings", operation_id = "settings.update", tag = "system",
    request_body(content = UpdateSettings, description = "What is to be changed; what is absent stays as it is."),
    responses(
        (status = 200, description = "The settings as they are now.", body = SystemSettings),
        (status = 403, description = "The caller is not the system owner (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn update(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    _: OwnsSystem,
    Valid(update): Valid<UpdateSettings>,
) -> Answer<Json<SystemSettings>> {
    settings::update(&app.context, caller.id(), &update).await.map(Json)
}
