//! Whom a page is made for: what a request's headers and cookies say of language, time zone and look.

use std::convert::Infallible;

use ajet_web::viewer::Viewer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::http::cookie::LOOK_COOKIE;
use crate::http::extract::caller::tokens_in;

/// Set by the page's script: no header names the zone.
const ZONE_COOKIE: &str = "ajet_zone";

/// The reader of a page.
pub struct Reader(pub Viewer);

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(of(&parts.headers)))
    }
}

/// The reader, by the headers of a request.
#[must_use]
pub fn of(headers: &HeaderMap) -> Viewer {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let (look, zone) = (tokens_in(headers, LOOK_COOKIE).next(), tokens_in(headers, ZONE_COOKIE).next());
    Viewer::of(accepted, look.as_deref(), zone.as_deref())
}
