//! All routes, and the document that describes them: the same list.

use ajet_protocol::{Code, limits};
use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::api::{accounts, channels, communities, docs, health, invites, messages, webhooks};
use super::error::ApiError;
use super::state::App;
use super::{drain, events, hook, ops, trace, web};

/// The router of a node.
pub fn router(app: App) -> Router {
    let (described, document) = OpenApiRouter::with_openapi(docs::Document::openapi())
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::docs))
        .routes(routes!(accounts::dev_sign_in))
        .routes(routes!(accounts::sign_out))
        .routes(routes!(accounts::me))
        .routes(routes!(communities::create, communities::list))
        .routes(routes!(communities::get))
        .routes(routes!(communities::members))
        .routes(routes!(invites::create))
        .routes(routes!(invites::preview))
        .routes(routes!(invites::accept))
        .routes(routes!(channels::create, channels::list))
        .routes(routes!(channels::get))
        .routes(routes!(channels::join))
        .routes(routes!(channels::leave))
        .routes(routes!(channels::mark_read))
        .routes(routes!(messages::post, messages::list))
        .routes(routes!(messages::get, messages::edit, messages::delete))
        .routes(routes!(webhooks::create, webhooks::list))
        .routes(routes!(webhooks::delete))
        .routes(routes!(hook::receive))
        .routes(routes!(events::events))
        .routes(routes!(ops::cluster))
        .routes(routes!(ops::drain))
        .routes(routes!(ops::entity, ops::kill))
        .split_for_parts();
    docs::finish(document);
    described
        .merge(web::routes())
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async {
            ApiError::new(Code::MethodNotAllowed, "This address does not take this method.")
        })
        .layer(middleware::from_fn_with_state(app.clone(), drain::layer))
        .with_state(app)
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a handler panicked");
            axum::response::IntoResponse::into_response(ApiError::new(
                Code::Internal,
                "Something went wrong on our side; the trace id finds it in our log.",
            ))
        }))
        .layer(DefaultBodyLimit::max(limits::REQUEST_BYTES))
        .layer(middleware::from_fn(trace::layer))
}
