//! The routes of the system's settings.

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};

use super::{people, providers, settings};
use crate::http::state::App;

/// All of them.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/system", get(|| async { Redirect::to("/system/settings") }))
        .route("/system/settings", get(settings::page))
        .route("/system/settings/people", post(settings::set_people))
        .route("/system/settings/messages", post(settings::set_messages))
        .route("/system/people", get(people::page))
        .route("/system/people/{id}/deactivate", post(people::deactivate))
        .route("/system/people/{id}/reactivate", post(people::reactivate))
        .route("/system/audit", get(settings::audit))
        .route("/system/providers", get(providers::page).post(providers::create))
        .route("/system/providers/{id}", get(providers::one).post(providers::update))
        .route("/system/providers/{id}/delete", post(providers::delete))
}
