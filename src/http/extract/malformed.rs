//! What no route takes, whatever it is.

use axum::extract::Request;

use super::{idempotency_key, nul};
use crate::http::error::ApiError;

/// Refuses what no route takes, whatever it is: a NUL in the address, and an idempotency key that can be none, also where nothing is made and a
/// good one is ignored.
///
/// # Errors
/// 404, 422
pub fn refuse_malformed(request: &Request) -> Result<(), ApiError> {
    nul::refuse_nul(request.uri())?;
    idempotency_key(None, request.headers()).map(drop)
}
