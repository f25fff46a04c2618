//! The language that a fragment's reader has.

use std::convert::Infallible;

use ajet_web::strings::Language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::reader;

/// The language of the reader's pages.
pub struct Spoken(pub Language);

impl<S: Send + Sync> FromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(reader::of(&parts.headers).language))
    }
}
