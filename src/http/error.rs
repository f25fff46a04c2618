//! Failures as answers: status, problem document (RFC 9457), and the headers that go with them. What failed, and in which words, is
//! said by the use cases.

use ajet_protocol::Problem;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
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

    /// Says when to try again, where that helps, and what the limit is.
    pub fn set_headers(&self, headers: &mut HeaderMap) {
        let seconds = self.retry_after.as_secs();
        if [503, 429].contains(&self.code.status()) {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(limit) = self.limit {
            headers.insert("ratelimit-limit", limit.into());
            headers.insert("ratelimit-remaining", 0.into());
            headers.insert("ratelimit-reset", seconds.into());
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        self.set_headers(response.headers_mut());
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
