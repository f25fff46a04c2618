//! All routes, and the document that describes them: the same list. Each file of handlers has its own part of it (`routes`).

use std::time::Duration;

use ajet_protocol::Code;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, CorsLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::api::{self, docs};
use super::error::ApiError;
use super::state::App;
use super::{around, compressed, events, hook, jobs, ops, parked, trace, web};

/// The router of a node.
pub fn router(app: App) -> Router {
    let policy = trace::Policy { https: app.settings.public_url.starts_with("https://") };
    let cors = cors(&app.settings.cors_origins);
    let (described, document) = OpenApiRouter::with_openapi(docs::Document::openapi())
        .merge(api::routes())
        .merge(hook::routes())
        .merge(events::routes())
        .merge(ops::routes())
        .merge(parked::routes())
        .merge(jobs::routes())
        .split_for_parts();
    docs::finish(document);
    // From the outermost inwards; all of it is one layer, which the router copies once for a request.
    let around = (
        middleware::from_fn_with_state(policy, around::outside),
        cors,
        DefaultBodyLimit::max(ajet_protocol::limits::REQUEST_BYTES),
        compressed::compression(),
        CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a handler panicked");
            axum::response::IntoResponse::into_response(ApiError::new(
                Code::Internal,
                "Something went wrong on our side; the trace id finds it in our log.",
            ))
        }),
        middleware::from_fn_with_state(app.clone(), around::inside),
    );
    described
        .merge(web::routes())
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async {
            ApiError::new(Code::MethodNotAllowed, "This address does not take this method.")
        })
        .with_state(app)
        .layer(around)
}

/// What pages of other origins may do: what configuration names, with a token; never with our cookie.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| origin.parse().ok()).collect::<Vec<HeaderValue>>();
    if origins.is_empty() {
        return CorsLayer::new();
    }
    let exposed = ["x-trace-id", "retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(Duration::from_secs(3600))
}
