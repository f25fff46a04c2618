//! Page queries, with errors that name the parameter.

use std::collections::HashMap;

use ajet_protocol::{PageQuery, shape};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use validator::Validate;

use crate::http::error::ApiError;

/// A validated page query; parameters of other meaning are left to the handler.
pub struct Paging(pub PageQuery);

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(given) = Query::<HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::field("query", "bad_format", "can't be read"))?;
        paging(&given).map(Self)
    }
}

/// The page query among the parameters of a request.
///
/// # Errors
/// 422 that names the parameter
pub fn paging(given: &HashMap<String, String>) -> Result<PageQuery, ApiError> {
    let query = PageQuery { before: id(given, "before")?, after: id(given, "after")?, limit: limit(given)? };
    query.validate().map_err(|report| ApiError::invalid(shape::field_errors(&report)))?;
    Ok(query)
}

/// An id among the parameters of a request.
///
/// # Errors
/// 422 that names the parameter
pub fn id(given: &HashMap<String, String>, name: &str) -> Result<Option<uuid::Uuid>, ApiError> {
    let parse =
        |text: &String| text.parse().map_err(|_| ApiError::field(name, "bad_format", "is not a UUID"));
    given.get(name).map(parse).transpose()
}

fn limit(given: &HashMap<String, String>) -> Result<Option<i64>, ApiError> {
    let parse = |text: &String| {
        text.parse().map_err(|_| ApiError::field("limit", "bad_format", "must be between 1 and 200"))
    };
    given.get("limit").map(parse).transpose()
}
