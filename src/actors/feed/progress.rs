//! How far a feed's streams are delivered. It outlives a crash of the feed's actor: the next one goes on from here.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::StreamId;
use parking_lot::Mutex;

/// Shared by a feed and the watermark; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<HashMap<StreamId, u64>>>);

impl Progress {
    /// How far a stream is delivered: every connection concerned has been told of everything up to here.
    #[must_use]
    pub fn of(&self, stream: StreamId) -> u64 {
        self.0.lock().get(&stream).copied().unwrap_or(0)
    }

    /// Notes how far a stream is; never back.
    pub fn note(&self, stream: StreamId, seq: u64) {
        let mut streams = self.0.lock();
        let at = streams.entry(stream).or_default();
        *at = (*at).max(seq);
    }

    /// Forgets a stream that no one here listens to any more.
    pub fn forget(&self, stream: StreamId) {
        self.0.lock().remove(&stream);
    }

    /// All of it.
    #[must_use]
    pub fn all(&self) -> Vec<(StreamId, u64)> {
        self.0.lock().iter().map(|(stream, seq)| (*stream, *seq)).collect()
    }
}
