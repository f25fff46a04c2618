//! An event as the bytes of a live stream, encoded once per node and shared by all its readers.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::bus::EncodedEvent;

/// One frame; what a page shows of it is made when the first page wants it.
#[derive(Debug)]
pub struct Frame {
    pub event: Arc<EncodedEvent>,
    /// Where a client that has this frame goes on from: everything this snapshot sees came before it.
    pub cursor: Arc<str>,
    /// The whole frame, `id`, `event` and `data`.
    pub sse: Bytes,
    /// The same as a page's fragment; held for as long as the frame is in a queue.
    pub page: OnceLock<Option<Bytes>>,
}

impl Frame {
    /// Encodes a frame.
    #[must_use]
    pub fn new(event: Arc<EncodedEvent>, cursor: Arc<str>) -> Self {
        // An empty id would make the client forget the cursor it has.
        let id = if cursor.is_empty() { String::new() } else { format!("id: {cursor}\n") };
        let head = format!("{id}event: {}\ndata: ", event.kind_name);
        let mut sse = Vec::with_capacity(head.len() + event.json.len() + 2);
        sse.extend_from_slice(head.as_bytes());
        sse.extend_from_slice(&event.json);
        sse.extend_from_slice(b"\n\n");
        Self { event, cursor, sse: sse.into(), page: OnceLock::new() }
    }
}
