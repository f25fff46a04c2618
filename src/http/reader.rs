//! Whom a page is made for: what a request's headers and cookies say of language, time zone and look.

use std::convert::Infallible;

use ajet_web::viewer::Viewer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::http::cookie::LOOK_COOKIES;
use crate::http::extract::caller::tokens_in;

/// Set by the page's script, over TLS and elsewhere: no header names the zone.
const ZONE_COOKIES: [&str; 2] = ["__Host-ajet_zone", "ajet_zone"];

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
    // The one that only this host can have set counts first.
    let kept = |names: [&str; 2]| names.into_iter().find_map(|name| tokens_in(headers, name).next());
    Viewer::of(accepted, kept(LOOK_COOKIES).as_deref(), kept(ZONE_COOKIES).as_deref())
}
