//! What handlers answer.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::http::error::ApiError;
use crate::usecases::Created;

/// A handler's answer, or the problem.
pub type Answer<T> = Result<T, ApiError>;

/// 201 for what is new, 200 for what an earlier request with the same key made.
impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        match self {
            Created::New(object) => (StatusCode::CREATED, Json(object)).into_response(),
            Created::Before(object) => (StatusCode::OK, Json(object)).into_response(),
        }
    }
}
