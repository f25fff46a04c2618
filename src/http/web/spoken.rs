//! The language that a page's reader asks for.

use std::convert::Infallible;

use ajet_web::chat::Lang;
use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

/// The first language of the reader's browser that pages speak.
pub struct Spoken(pub Lang);

impl<S: Send + Sync> FromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(Lang::accepted(header.unwrap_or_default())))
    }
}
