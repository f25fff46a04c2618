//! What a request comes from, as its client calls itself.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use crate::sessions::device::name_of;

/// The name of the device; `None` where its client does not call itself anything.
pub struct Device(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let called = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(called.and_then(name_of)))
    }
}
