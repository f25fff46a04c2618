//! The pages: they ask the same entities and read the same store as the API, and answer with HTML.

mod accounts;
mod admin;
mod at_provider;
mod chat;
mod commands;
mod components;
mod csp_reports;
mod device;
mod fields;
mod fragments;
mod home;
mod live;
mod own;
mod panes;
mod settings;
mod sign_in;
mod sign_in_link;
mod spoken;
pub mod sse;
mod system;
mod wording;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Router, middleware};

use super::error::ApiError;
use super::state::App;
use super::{ops, page, reader};

/// The routes of the pages.
pub fn routes() -> Router<App> {
    let inside = settings::routes().merge(admin::routes()).merge(system::routes());
    let inside = inside.route_layer(middleware::from_fn(page::refusals_as_pages));
    pages().merge(inside).merge(fragments()).merge(panes()).merge(files())
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
        .route("/c/{slug}/channels/{id}", get(chat::channel))
        .route("/dm/{id}", get(chat::direct))
        .route("/m/{id}", get(chat::permalink))
        .route("/channels/{id}", get(chat::by_id))
        .route("/channels/{id}/join", post(chat::join))
        .route("/dev/components", get(components::page))
        .route("/ops", get(ops::page).post(ops::sign_in))
        .route_layer(middleware::from_fn(page::refusals_as_pages))
}

/// Parts of a page, which its script asks for.
fn fragments() -> Router<App> {
    Router::new()
        .route("/channels/{id}/messages", post(fragments::post))
        .route("/channels/{id}/rows", get(fragments::rows))
        .route("/channels/{id}/sidebar", get(chat::sidebar))
        .route("/messages/{id}", put(fragments::edit).delete(fragments::delete))
        .route("/messages/{id}/edit", get(fragments::edit_form))
        .route("/messages/{id}/row", get(fragments::row))
        .route("/communities/{id}/channels", post(fragments::create_channel))
        .route("/communities/{id}/invites", post(fragments::create_invite))
        .route("/stream", get(live::stream))
        .route("/ops/live", get(ops::live))
        .route_layer(middleware::from_fn(page::refusals_as_fragments))
}

/// What opens beside the messages, and what is asked for as one writes.
fn panes() -> Router<App> {
    Router::new()
        .route("/messages/{id}/thread", get(panes::thread))
        .route("/messages/{id}/rows", get(panes::replies))
        .route("/channels/{id}/pins", get(panes::pinned))
        .route("/channels/{id}/people", get(panes::people))
        .route("/channels/{id}/scheduled", get(panes::later))
        .route("/channels/{id}/commands", get(commands::list).post(commands::run))
        .route("/saved", get(panes::kept))
        .route("/inbox", get(panes::inbox))
        .route("/search", get(panes::search_form))
        .route("/search/results", get(panes::found))
        .route("/users/{id}/card", get(panes::card))
        .route("/switcher", get(panes::switcher))
        .route("/preview", post(panes::preview))
        .route_layer(middleware::from_fn(page::refusals_as_fragments))
}

/// Files: those of the pages, and pictures of messages. Also what browsers ask for, or send, by themselves.
fn files() -> Router<App> {
    Router::new()
        .route("/assets/{version}/{name}", get(asset))
        .route("/files/{id}", get(panes::picture))
        .route("/sw.js", get(service_worker))
        .route("/manifest.webmanifest", get(manifest))
        .route("/csp-reports", post(csp_reports::take))
}

/// The service worker. It answers for all pages, so it stands at the root; a browser asks for it anew by itself.
async fn service_worker() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], ajet_web::assets::SERVICE_WORKER)
        .into_response()
}

/// What a browser needs to know to install the pages.
async fn manifest() -> Response {
    ([(header::CONTENT_TYPE, "application/manifest+json")], ajet_web::assets::manifest()).into_response()
}

async fn asset(
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path((version, name)) = path.map_err(|_| ApiError::not_found())?;
    let asset = ajet_web::assets::find(&name).filter(|_| version == ajet_web::assets::VERSION);
    let asset = asset.ok_or_else(ApiError::not_found)?;
    let kept = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    Ok(if takes_gzip(&headers) {
        (kept, [(header::CONTENT_ENCODING, "gzip")], asset.gzip).into_response()
    } else {
        (kept, asset.bytes).into_response()
    })
}

/// Whether a client takes what was compressed when it was built.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut codings = accepted.unwrap_or_default().split(',').map(|one| one.trim().to_ascii_lowercase());
    codings.any(|coding| coding == "gzip" || coding.starts_with("gzip;") && !coding.ends_with("q=0"))
}
