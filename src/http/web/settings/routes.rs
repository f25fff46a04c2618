//! The routes of a person's own settings.

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};

use super::{appearance, blocked, data, notifications, profile, sessions};
use crate::http::state::App;

/// All of them.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/settings", get(|| async { Redirect::to("/settings/profile") }))
        .route("/settings/profile", get(profile::page).post(profile::update))
        .route("/settings/picture", post(profile::set_picture))
        .route("/settings/picture/remove", post(profile::remove_picture))
        .route("/settings/communities/{id}/picture", post(profile::set_picture_in))
        .route("/settings/communities/{id}/picture/remove", post(profile::remove_picture_in))
        .route("/settings/presence", post(profile::set_presence))
        .route("/settings/sessions", get(sessions::page))
        .route("/settings/sessions/{id}/end", post(sessions::end))
        .route("/settings/sessions/end-others", post(sessions::end_others))
        .route("/settings/log", get(sessions::log))
        .route("/settings/data", get(data::page).post(data::ask))
        .route("/settings/data/{id}", get(data::download))
        .route("/settings/blocked", get(blocked::page))
        .route("/settings/blocked/{id}/lift", post(blocked::lift))
        .route("/settings/appearance", get(appearance::page).post(appearance::choose))
        .route("/settings/notifications", get(notifications::page))
        .route("/settings/notifications/{id}", post(notifications::set))
        .route("/settings/quiet", post(notifications::set_quiet))
        .route("/settings/quiet/lift", post(notifications::lift_quiet))
}
