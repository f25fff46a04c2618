//! Queries of a channel's messages, with errors that name the parameter.

use std::collections::HashMap;

use ajet_protocol::{FieldError, MessageQuery};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::form::InQuery;
use super::paging::{id, paging};
use crate::http::error::ApiError;

/// A validated query of messages.
pub struct History(pub MessageQuery);

impl<S: Send + Sync> FromRequestParts<S> for History {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let InQuery(given) = InQuery::<HashMap<String, String>>::from_request_parts(parts, state).await?;
        let query = MessageQuery {
            page: paging(&given)?,
            around: id(&given, "around")?,
            top_level: yes_or_no(&given, "top_level")?,
        };
        let cursors = query.cursors();
        if cursors.len() > 1 {
            return Err(ApiError::invalid(cursors.into_iter().map(exclusive).collect()));
        }
        Ok(Self(query))
    }
}

fn exclusive(field: &str) -> FieldError {
    let message = "can't be given together with another cursor".to_owned();
    FieldError { field: field.to_owned(), code: "exclusive".to_owned(), message }
}

fn yes_or_no(given: &HashMap<String, String>, name: &str) -> Result<bool, ApiError> {
    match given.get(name).map(String::as_str) {
        Some("true") => Ok(true),
        Some("false") | None => Ok(false),
        Some(_) => Err(ApiError::field(name, "bad_format", "must be true or false")),
    }
}
