//! The pages' live stream: the same frames, as fragments.

use std::collections::HashMap;

use ajet_protocol::Envelope;
use ajet_protocol::scopes::SessionOnly;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;

use super::sse;
use crate::actors::feed::{Frame, Narrowed};
use crate::http::error::ApiError;
use crate::http::events::{Asked, cursor_of, open};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::state::App;

/// Fragments for every event that pages show.
pub async fn live(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    headers: HeaderMap,
    InQuery(query): InQuery<HashMap<String, String>>,
) -> Result<Response, ApiError> {
    let cursor = cursor_of(&headers, &query);
    open(app, caller, Asked { scope: Narrowed::default(), cursor, encode: |frame, _| encode(frame) }).await
}

/// Rendered once per node, when the first page wants it.
fn encode(frame: &Frame) -> Option<Bytes> {
    frame.page.get_or_init(|| render(frame)).clone()
}

fn render(frame: &Frame) -> Option<Bytes> {
    // As it is kept, which may be as readers get it.
    let event = Envelope::parse_shown(&frame.event.json).ok()?.event().ok()??;
    let fragment = ajet_web::fragments::live(&event)?.into_string();
    Some(sse::frame(&frame.cursor(None), None, &fragment).into())
}
