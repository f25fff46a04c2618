//! What comes beside a path: forms and queries. A refusal is an error of ours, which names the field and never its value.

use ajet_protocol::Code;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::body;
use super::nul::no_nul;
use crate::http::error::ApiError;
use crate::http::media;

/// The fields of a form, from the body.
pub struct Filled<T>(pub T);

/// The fields of a query string.
pub struct InQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Filled<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if media::essence(request.headers()) != "application/x-www-form-urlencoded" {
            let rule = "Send the form as application/x-www-form-urlencoded.";
            return Err(ApiError::new(Code::UnsupportedMediaType, rule));
        }
        media::in_utf8(request.headers())?;
        let encoded = body::bytes(request, state).await?;
        no_nul(&encoded)?;
        fields(&encoded).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for InQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        fields(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

fn fields<T: DeserializeOwned>(encoded: &[u8]) -> Result<T, ApiError> {
    let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(encoded));
    serde_path_to_error::deserialize(pairs).map_err(|error| misfit(&error))
}

fn misfit(error: &serde_path_to_error::Error<serde_urlencoded::de::Error>) -> ApiError {
    let said = error.inner().to_string();
    // Serde's own wording, stable since 1.0: the only place that names these three.
    let named = |prefix: &str| said.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    if let Some(field) = named("missing field `") {
        return ApiError::field(field, "required", "is missing");
    }
    if let Some(field) = named("duplicate field `") {
        return ApiError::field(field, "duplicate", "is there twice");
    }
    if let Some(field) = named("unknown field `") {
        return ApiError::field(field, "unknown_field", "is not a field of this form");
    }
    match error.path().iter().next() {
        Some(Segment::Map { key }) => ApiError::field(key, "bad_type", "has the wrong type or form"),
        _ => ApiError::new(Code::Malformed, "A field of the form has the wrong type or form."),
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
