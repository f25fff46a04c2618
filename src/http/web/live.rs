//! The pages' live stream: the same frames. Messages and channels come as fragments, all else that pages show as the event.

use std::collections::HashMap;

use ajet_protocol::Envelope;
use ajet_protocol::scopes::SessionOnly;
use ajet_web::chat::live;
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

/// The stream of every event that pages show.
pub async fn stream(
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
    if let Some(fragment) = live::fragment(&event) {
        let (cursor, name) = (frame.cursor(None), event.kind().as_str());
        return Some(sse::frame(&cursor, Some(name), &fragment.into_string()).into());
    }
    live::is_told(&event).then(|| frame.sse(None))
}
