//! The pages: they ask the same entities and read the same store as the API, and answer with HTML.

mod chat;
mod fragments;
mod home;
mod live;
pub mod page;
pub mod return_to;
pub mod sse;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::ops;
use super::state::App;

/// The routes of the pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::start))
        .route("/sign-in", get(home::sign_in_page).post(home::sign_in))
        .route("/sign-out", post(home::sign_out))
        .route("/communities", post(home::found))
        .route("/invite/{code}", get(home::invite).post(home::accept))
        .route("/c/{slug}", get(chat::community))
        .route("/channels/{id}", get(chat::channel))
        .route("/channels/{id}/join", post(chat::join))
        .route("/channels/{id}/messages", post(fragments::post))
        .route("/channels/{id}/older", get(fragments::older))
        .route("/messages/{id}", axum::routing::put(fragments::edit).delete(fragments::delete))
        .route("/messages/{id}/edit", get(fragments::edit_form))
        .route("/messages/{id}/body", get(fragments::body))
        .route("/communities/{id}/channels", post(fragments::create_channel))
        .route("/communities/{id}/invites", post(fragments::create_invite))
        .route("/live", get(live::live))
        .route("/ops", get(ops::page).post(ops::sign_in))
        .route("/ops/live", get(ops::live))
        .route("/assets/{version}/{name}", get(asset))
}

async fn asset(Path((version, name)): Path<(String, String)>) -> Response {
    match ajet_web::assets::find(&name).filter(|_| version == ajet_web::assets::VERSION) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
