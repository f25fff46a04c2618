//! The outermost layer: a trace id for every request, one log line about it, its metrics, and headers for every answer.

use std::time::Duration;

use ajet_protocol::Code;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use super::error::ApiError;
use super::oauth_words;
use super::unread::Arrival;

/// A request's answer begins within this time from its beginning, or from the end of its body; a live stream may go on for ever.
const ANSWER_WITHIN: Duration = Duration::from_millis(9500);
const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");

/// Pages load nothing from elsewhere; scripts and styles are files of ours. A text becomes HTML by the one policy of `dom.js` alone, and
/// never a script but the two workers (Trusted Types). A `blob:` picture is one that somebody is about to send. What a browser stops it
/// reports (`web::csp_reports`).
macro_rules! csp {
    ($more:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; ",
            "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; ",
            "require-trusted-types-for 'script'; trusted-types fragments; report-uri /csp-reports",
            $more
        )
    };
}

const CSP: &str = csp!("");
/// Browsers that know `report-to` look at it alone, and have endpoints over TLS only: without it they would report nothing.
const CSP_BY_TLS: &str = csp!("; report-to csp");
const ENDPOINTS: &str = "csp=\"/csp-reports\"";

/// Pages use none of these, and nothing that stands in them may.
const PERMISSIONS: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), \
                           serial=(), usb=(), browsing-topics=()";

/// What every answer says, whatever it is.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Browsers are to come over TLS only.
    pub https: bool,
}

/// Wraps every request. Paths are logged as their routes: an id may stand there, a secret never. Methods are logged and counted
/// by the names that there are: anybody may invent others.
pub async fn around(
    policy: Policy,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let started = Instant::now();
    let trace_id = trace_id_of(request.headers());
    let method = name_of(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span =
        tracing::info_span!("request", %trace_id, user_id = tracing::field::Empty, method, path = route);
    let answering = async {
        if method == OTHER {
            return ApiError::new(Code::NotImplemented, "This is no method that this server knows.")
                .into_response();
        }
        if !names_one_host(&request) {
            return ApiError::new(Code::Malformed, "The request needs one Host header that names a host.")
                .into_response();
        }
        let arrival = request.extensions().get::<Arrival>().cloned();
        in_time(next(request).instrument(span.clone()), started, arrival).await
    };
    let mut response = answering.await;
    let refused = response.extensions_mut().remove::<ApiError>();
    if let Some(error) = refused.as_ref().filter(|_| oauth_words::are_of(method, &route)) {
        oauth_words::say(&mut response, error);
    } else if let Some(error) = refused {
        let problem = serde_json::to_vec(&error.problem(Some(trace_id))).unwrap_or_default();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        *response.body_mut() = Body::from(problem);
    }
    set_headers(response.headers_mut(), trace_id, policy);
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    metrics::histogram!("ajet_http_request_seconds", "method" => method, "route" => route, "status" => status.to_string())
        .record(elapsed.as_secs_f64());
    span.in_scope(|| {
        let ms = elapsed.as_secs_f64() * 1000.0;
        tracing::info!(status, duration_ms = format!("{ms:.1}"), "request");
    });
    response
}

/// What any invented method counts as.
const OTHER: &str = "other";

fn name_of(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    known.into_iter().find(|name| method.as_str() == *name).unwrap_or(OTHER)
}

/// RFC 9112, section 3.2: a request that names its host twice may be read in two ways.
fn names_one_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).into_iter();
    let is_host = |host: &HeaderValue| host.to_str().is_ok_and(|host| host.parse::<Authority>().is_ok());
    match (hosts.next(), hosts.next()) {
        (None, None) => request.version() != Version::HTTP_11,
        (Some(host), None) => is_host(host),
        _ => false,
    }
}

/// An answer, or a refusal once it is late: whatever was under way may or may not have happened.
async fn in_time(
    answering: impl Future<Output = Response>,
    started: Instant,
    arrival: Option<Arrival>,
) -> Response {
    let due =
        || arrival.as_ref().map_or((started + ANSWER_WITHIN, true), |body| body.due(started, ANSWER_WITHIN));
    let mut answering = std::pin::pin!(answering);
    loop {
        let (at, _) = due();
        if let Ok(response) = tokio::time::timeout_at(at, &mut answering).await {
            return response;
        }
        // What has arrived of the body meanwhile gives it more time.
        match due() {
            (later, _) if later > at => {}
            (_, true) => return too_late(),
            (_, false) => {
                return ApiError::new(Code::RequestTimeout, "The request's body did not arrive in time.")
                    .into_response();
            }
        }
    }
}

fn too_late() -> Response {
    ApiError::new(Code::Unavailable, "No answer in time; try again with the same client_mutation_id.")
        .into_response()
}

/// The caller's trace id if it is a UUID, or that of its W3C trace context; a new one otherwise.
fn trace_id_of(headers: &HeaderMap) -> Uuid {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let from_context = || {
        text("traceparent")
            .and_then(|context| Uuid::try_parse(context.split('-').nth(1)?).ok())
            .filter(|id| !id.is_nil())
    };
    text("x-trace-id")
        .and_then(|id| Uuid::try_parse(id).ok())
        .or_else(from_context)
        .unwrap_or_else(Uuid::new_v4)
}

/// Sets what every answer carries.
pub fn set_headers(headers: &mut HeaderMap, trace_id: Uuid, policy: Policy) {
    if let Ok(value) = HeaderValue::from_str(&trace_id.to_string()) {
        headers.insert(TRACE_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // A picture has a stricter one, and may be shown elsewhere.
    let csp = if policy.https { CSP_BY_TLS } else { CSP };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(csp));
    // ASVS 3.4.8, 3.5.8: no window of another site holds one of ours, and no page of another site our answers.
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(RESOURCE_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
    if policy.https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
        headers.insert(REPORTING_ENDPOINTS, HeaderValue::from_static(ENDPOINTS));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
