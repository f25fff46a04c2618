//! Refusals at the routes of the device grant, in OAuth's words (RFC 6749, section 5.2) where all other routes answer problem documents. They are
//! translated where answers leave the server, since most of what refuses a request knows no routes.

use ajet_protocol::{DeviceError, DeviceRefusal};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::error::ApiError;

/// The routes, of which each is one for `POST`.
const ROUTES: [&str; 2] = ["/auth/device", "/auth/device/token"];
/// Statuses that say more than that the request is wrong.
const KEPT: [StatusCode; 3] =
    [StatusCode::REQUEST_TIMEOUT, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::TOO_MANY_REQUESTS];

/// Whether a route answers in OAuth's words.
pub fn are_of(method: &str, route: &str) -> bool {
    method == "POST" && ROUTES.contains(&route)
}

/// Says in OAuth's words why a request failed. Headers stay as they are, `Retry-After` among them.
pub fn say(response: &mut Response, error: &ApiError) {
    let refusal = DeviceRefusal { error: DeviceError::of(error.code) };
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    *response.body_mut() = Body::from(serde_json::to_vec(&refusal).unwrap_or_default());
    if response.status().is_client_error() && !KEPT.contains(&response.status()) {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::Code;
    use axum::response::IntoResponse;

    use super::*;

    #[tokio::test]
    async fn every_code_has_a_word() {
        for (code, status, word) in [
            (Code::RateLimited, 429, "slow_down"),
            (Code::TooLarge, 413, "invalid_request"),
            (Code::Invalid, 400, "invalid_request"),
            (Code::Malformed, 400, "invalid_request"),
            (Code::Overloaded, 503, "temporarily_unavailable"),
            (Code::Unavailable, 503, "temporarily_unavailable"),
            (Code::Internal, 500, "server_error"),
        ] {
            let error = ApiError::new(code, "Something.");
            let mut response = error.clone().into_response();
            say(&mut response, &error);
            let is_passing = [429, 503].contains(&status);
            assert_eq!(response.status().as_u16(), status, "{code:?}");
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), is_passing, "{code:?}");
            let body = axum::body::to_bytes(response.into_body(), 1000).await.expect("a body");
            assert_eq!(body, format!(r#"{{"error":"{word}"}}"#), "{code:?}");
        }
        assert!(are_of("POST", "/auth/device") && !are_of("GET", "/auth/device"));
        assert!(are_of("POST", "/auth/device/token") && !are_of("POST", "/auth/device/decision"));
    }
}
