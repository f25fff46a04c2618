//! All routes, and the document that describes them: the same list. Each file of handlers has its own part of it (`routes`).

use std::any::Any;
use std::time::Duration;

use ajet_protocol::Code;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
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
    docs::finish(&document);
    // From the outermost inwards; all of it is one layer, which the router copies once for a request.
    let around = (
        middleware::from_fn_with_state(policy, around::outside),
        cors,
        DefaultBodyLimit::max(ajet_protocol::limits::REQUEST_BYTES),
        compressed::compression(),
        CatchPanicLayer::custom(panicked),
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

/// What is answered where a handler panicked. What it said stays here: it may hold what somebody sent.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    let words = "Something went wrong on our side; the trace id finds it in our log.";
    ApiError::new(Code::Internal, words).into_response()
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

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode, header};
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn broken() -> &'static str {
        panic!("words of a person")
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_by_a_problem_document() {
        let policy = trace::Policy { https: false };
        let around =
            (middleware::from_fn_with_state(policy, around::outside), CatchPanicLayer::custom(panicked));
        let router: Router = Router::new().route("/broken", get(broken)).layer(around);
        let request = Request::get("/broken").header("host", "x").body(Body::empty()).expect("a request");
        let answer = router.oneshot(request).await.expect("answers");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
        let trace = answer.headers()["x-trace-id"].to_str().expect("text").to_owned();
        let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let problem: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some("internal"), Some(500)));
        assert_eq!(problem["trace_id"].as_str(), Some(trace.as_str()));
        assert!(!problem.to_string().contains("words of a person"), "{problem}");
    }
}
