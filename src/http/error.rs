//! Failures as answers: status, problem document (RFC 9457), and the headers that go with them. What failed, and in which words, is
//! said by the use cases.

use ajet_protocol::Problem;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// An error answer, still without its trace id, which the outermost layer adds.
pub use crate::usecases::Failure as ApiError;

impl ApiError {
    /// The problem document, with its trace id.
    pub fn problem(&self, trace_id: Option<uuid::Uuid>) -> Problem {
        Problem {
            kind: format!("/api/docs#{}", self.code.as_str()),
            title: self.code.title().into(),
            status: self.code.status(),
            code: self.code,
            detail: self.detail.clone(),
            trace_id,
            errors: self.errors.clone(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&status) {
            response.headers_mut().insert(header::RETRY_AFTER, self.retry_after.as_secs().into());
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(limit) = self.limit {
            let headers = response.headers_mut();
            headers.insert("ratelimit-limit", limit.into());
            headers.insert("ratelimit-remaining", 0.into());
            headers.insert("ratelimit-reset", self.retry_after.as_secs().into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
