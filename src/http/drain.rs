//! A node on its way out sends its clients elsewhere: each connection ends with its next answer.

use std::sync::atomic::Ordering;

use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::state::App;

/// Ends the connection of an answer while the node drains.
pub fn tell(app: &App, response: &mut Response) {
    if app.draining.load(Ordering::Relaxed) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}
