//! Request bodies: JSON, with errors that name the field; and ids in paths.

use std::str::FromStr;

use ajet_protocol::json::Object;
use ajet_protocol::{Code, json, limits, shape};
use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::{Method, StatusCode, header, request::Parts};
use axum::response::IntoResponse;
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::http::error::ApiError;
use crate::http::media;

/// A JSON body that has its shape: 400 where it is no JSON, 415 where it says it is something else, 422 with the field.
pub struct Valid<T>(pub T);

impl<T: DeserializeOwned + Validate, S: Send + Sync> FromRequest<S> for Valid<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        parse(&json_body(request, state).await?).map(Self)
    }
}

/// A body that says it is JSON. A request that sends no body at all sends no fields: fine where none is required. Of a PUT and a DELETE
/// that holds also where its client names a type with every request.
pub async fn json_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    let headers = request.headers();
    let says_nothing = !headers.contains_key(header::CONTENT_TYPE)
        || matches!(*request.method(), Method::PUT | Method::DELETE);
    let bodiless = says_nothing && request.body().size_hint().exact() == Some(0);
    if bodiless {
        return Ok(Bytes::from_static(b"{}"));
    }
    let kind = media::essence(headers);
    let is_json = kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    if !is_json {
        return Err(ApiError::new(Code::UnsupportedMediaType, "Send the body as application/json."));
    }
    media::in_utf8(headers)?;
    let json = bytes(request, state).await?;
    Ok(match json::mended(&json) {
        std::borrow::Cow::Borrowed(_) => json,
        std::borrow::Cow::Owned(mended) => mended.into(),
    })
}

/// A whole body within the limit, as it is.
pub async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    media::unencoded(request.headers())?;
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
            let most = limits::REQUEST_BYTES / 1024;
            ApiError::new(Code::TooLarge, format!("The body is larger than {most} KiB."))
        } else {
            ApiError::new(Code::Malformed, "The body could not be read.")
        }
    })
}

/// A whole body of at most so many bytes, as it is, where that is more than the usual limit.
pub async fn bytes_within(request: Request, most: usize) -> Result<Bytes, ApiError> {
    media::unencoded(request.headers())?;
    axum::body::to_bytes(request.into_body(), most).await.map_err(|error| {
        if std::error::Error::source(&error).is_some_and(|source| source.is::<LengthLimitError>()) {
            ApiError::new(Code::TooLarge, format!("The body is larger than {} KiB.", most / 1024))
        } else {
            ApiError::new(Code::Malformed, "The body could not be read.")
        }
    })
}

/// Parses and validates.
pub fn parse<T: DeserializeOwned + Validate>(json: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let Object(value) = serde_path_to_error::deserialize::<_, Object<T>>(&mut reader).map_err(|error| {
        // What is no JSON at all is that first, whatever else is wrong with its beginning.
        match serde_json::from_slice::<serde::de::IgnoredAny>(json) {
            // JSON is UTF-8 (RFC 8259), which a value that is skipped is not checked for.
            Ok(_) if std::str::from_utf8(json).is_err() => not_json(error.inner()),
            Ok(_) => misfit(&error),
            Err(at) => not_json(&at),
        }
    })?;
    reader.end().map_err(|_| ApiError::new(Code::Malformed, "The body goes on after its JSON value."))?;
    valid(value)
}

/// What has its shape, or which fields have not.
pub fn valid<T: Validate>(value: T) -> Result<T, ApiError> {
    value.validate().map_err(|report| ApiError::invalid(shape::field_errors(&report)))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> ApiError {
    let place = format!("The body is no JSON: line {}, column {}.", error.line(), error.column());
    ApiError::new(Code::Malformed, place)
}

/// Names the field of a JSON value that does not fit; never shows its value.
fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let (text, path) = (error.inner().to_string(), error.path().to_string());
    // Serde's own wording, stable since 1.0: the only place that names these three.
    let named = |prefix: &str| {
        let field = text.strip_prefix(prefix)?.split('`').next()?;
        Some(below(&path, field))
    };
    if let Some(field) = named("unknown field `") {
        return ApiError::field(&field, "unknown_field", "is not a field of this request");
    }
    if let Some(field) = named("missing field `") {
        return ApiError::field(&field, "required", "is missing");
    }
    if let Some(field) = named("duplicate field `") {
        return ApiError::field(&field, "duplicate", "is there twice");
    }
    let field = if path == "." { "body".to_owned() } else { path };
    ApiError::field(&field, "bad_type", "has the wrong type or form")
}

/// A field of the object at this path, which ends at the object or at the field itself.
fn below(path: &str, field: &str) -> String {
    let object = path.strip_suffix(field).unwrap_or(path).trim_end_matches(['.', '?']);
    if object.is_empty() { field.to_owned() } else { format!("{object}.{field}") }
}

/// An id in a path; what is no UUID is not there.
pub struct Id<T>(pub T);

impl<T: FromStr + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found())?;
        text.parse().map(Self).map_err(|_| ApiError::not_found())
    }
}
