//! An event as the bytes of a live stream, encoded once per node and shared by all its readers.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use ajet_protocol::{CommunityId, Envelope, json};
use bytes::Bytes;

use super::cursor::Cursor;
use crate::bus::EncodedEvent;

/// One frame; what a page shows of it is made when the first page wants it.
#[derive(Debug)]
pub struct Frame {
    pub event: Arc<EncodedEvent>,
    /// Where a client that has this frame goes on from: everything this snapshot sees came before it.
    pub cursor: Arc<str>,
    /// The whole frame, `id`, `event` and `data`.
    sse: Bytes,
    /// Where in it `event` begins.
    after_id: usize,
    /// The same as a page's fragment; held for as long as the frame is in a queue.
    pub page: OnceLock<Option<Bytes>>,
}

impl Frame {
    /// Encodes a frame.
    #[must_use]
    pub fn new(event: Arc<EncodedEvent>, cursor: Arc<str>) -> Self {
        let (mut sse, after_id) = begun(&cursor, &event.kind_name, event.json.len());
        sse.extend_from_slice(&json::on_one_line(&event.json));
        sse.extend_from_slice(b"\n\n");
        Self { event, cursor, sse: sse.into(), after_id, page: OnceLock::new() }
    }

    /// Encodes an event that is replayed to one reader: its JSON stands in memory once.
    #[must_use]
    pub fn replayed(envelope: &Envelope, cursor: Arc<str>) -> Self {
        let (mut sse, after_id) = begun(&cursor, &envelope.kind, envelope.payload.get().len() + 512);
        let from = sse.len();
        // An envelope holds strings, numbers and JSON only: it always serializes.
        let _ = serde_json::to_writer(&mut sse, envelope);
        let line = match json::on_one_line(&sse[from..]) {
            Cow::Owned(line) => Some(line),
            Cow::Borrowed(_) => None,
        };
        if let Some(line) = line {
            sse.truncate(from);
            sse.extend_from_slice(&line);
        }
        let to = sse.len();
        sse.extend_from_slice(b"\n\n");
        let sse = Bytes::from(sse);
        let event = Arc::new(EncodedEvent::with_json(envelope, sse.slice(from..to)));
        Self { event, cursor, sse, after_id, page: OnceLock::new() }
    }

    /// The frame as a stream sends it that is narrowed to a community, or is not.
    #[must_use]
    pub fn sse(&self, scope: Option<CommunityId>) -> Bytes {
        if scope.is_none() || self.cursor.is_empty() {
            return self.sse.clone();
        }
        let mut own = format!("id: {}\n", Cursor::scoped(&self.cursor, scope)).into_bytes();
        own.extend_from_slice(&self.sse[self.after_id..]);
        own.into()
    }

    /// What it takes in a queue, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.sse.len()
    }
}

/// The beginning of a frame, with room for its data, and where `event` begins in it.
fn begun(cursor: &str, kind: &str, data: usize) -> (Vec<u8>, usize) {
    // An empty id would make the client forget the cursor it has.
    let id = if cursor.is_empty() { String::new() } else { format!("id: {cursor}\n") };
    let head = format!("{id}event: {kind}\ndata: ");
    let mut sse = Vec::with_capacity(head.len() + data + 2);
    sse.extend_from_slice(head.as_bytes());
    (sse, id.len())
}
