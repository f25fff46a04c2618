//! The pages: they ask the same entities and read the same store as the API, and answer with HTML.

mod accounts;
mod at_provider;
mod chat;
mod device;
mod fragments;
mod home;
mod live;
mod sign_in;
mod sign_in_link;
pub mod sse;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Router, middleware};

use super::error::ApiError;
use super::state::App;
use super::{ops, page};

/// The routes of the pages.
pub fn routes() -> Router<App> {
    pages().merge(fragments()).route("/assets/{version}/{name}", get(asset))
}

/// Whole pages, and forms that lead to one.
fn pages() -> Router<App> {
    Router::new()
        .route("/", get(home::start))
        .route("/sign-in", get(home::sign_in_page).post(home::sign_in))
        .route("/sign-in/first", get(sign_in::first))
        .route("/sign-in/at/{provider}", post(at_provider::sign_in))
        .route("/sign-in/link/{token}", get(sign_in_link::page).post(sign_in_link::sign_in))
        .route("/sign-out", post(home::sign_out))
        .route("/communities", post(home::found))
        .route("/accounts", get(accounts::list))
        .route("/accounts/link", post(accounts::link))
        .route("/accounts/link/{provider}", get(accounts::ask_to_link).post(accounts::begin_to_link))
        .route("/accounts/{id}/unlink", post(accounts::unlink))
        .route("/invite/{code}", get(home::invite).post(home::accept))
        .route("/auth/device", get(device::page))
        .route("/auth/device/decision", post(device::decide))
        .route("/c/{slug}", get(chat::community))
        .route("/channels/{id}", get(chat::channel))
        .route("/channels/{id}/join", post(chat::join))
        .route("/ops", get(ops::page).post(ops::sign_in))
        .route_layer(middleware::from_fn(page::refusals_as_pages))
}

/// Parts of a page, which its script asks for.
fn fragments() -> Router<App> {
    Router::new()
        .route("/channels/{id}/messages", post(fragments::post))
        .route("/channels/{id}/older", get(fragments::older))
        .route("/messages/{id}", put(fragments::edit).delete(fragments::delete))
        .route("/messages/{id}/edit", get(fragments::edit_form))
        .route("/messages/{id}/body", get(fragments::body))
        .route("/communities/{id}/channels", post(fragments::create_channel))
        .route("/communities/{id}/invites", post(fragments::create_invite))
        .route("/stream", get(live::live))
        .route("/ops/live", get(ops::live))
        .route_layer(middleware::from_fn(page::refusals_as_fragments))
}

async fn asset(path: Result<Path<(String, String)>, PathRejection>) -> Result<Response, ApiError> {
    let Path((version, name)) = path.map_err(|_| ApiError::not_found())?;
    let asset = ajet_web::assets::find(&name).filter(|_| version == ajet_web::assets::VERSION);
    let asset = asset.ok_or_else(ApiError::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.bytes).into_response())
}
