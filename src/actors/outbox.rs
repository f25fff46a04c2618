//! The outbox in memory: committed events on their way from entities to the publisher.
//!
//! It is bounded in number and in bytes, and putting something in never makes an entity wait. What does not fit is left in
//! the log: the publisher reads it there, since a hole in a stream's numbers shows that something was left behind. So the
//! outbox may lose anything; it publishes and stores nothing itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ajet_protocol::StreamId;
use tokio::sync::mpsc;

use crate::bus::EncodedEvent;

/// Events that may wait in memory, in number and in bytes.
const WAITING: usize = 16_384;
const WAITING_BYTES: usize = 64 << 20;

/// What is committed and to be published.
pub enum Unpublished {
    Event(Arc<EncodedEvent>),
    /// Whatever a stream has unpublished, up to a number.
    Backlog(StreamId, u64),
    /// An event that NATS refused before, once more: its stream and its number there.
    Parked(StreamId, u64),
}

impl Unpublished {
    /// What it takes in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Unpublished::Event(event) => event.json.len(),
            Unpublished::Backlog(..) | Unpublished::Parked(..) => 0,
        }
    }
}

/// The end where events go in; cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    queue: mpsc::Sender<Unpublished>,
    /// Bytes of the events that wait.
    waiting: Arc<AtomicUsize>,
}

/// The end where the publisher takes them out.
pub struct OutboxQueue {
    queue: mpsc::Receiver<Unpublished>,
    waiting: Arc<AtomicUsize>,
}

impl Outbox {
    /// An empty outbox: both of its ends.
    #[must_use]
    pub fn new() -> (Self, OutboxQueue) {
        let (into, queue) = mpsc::channel(WAITING);
        let waiting = Arc::new(AtomicUsize::new(0));
        (Self { queue: into, waiting: Arc::clone(&waiting) }, OutboxQueue { queue, waiting })
    }

    /// Hands over an event, in stream order. Never waits: where the queue is full, the log has it.
    pub fn publish(&self, event: &Arc<EncodedEvent>) {
        let bytes = event.json.len();
        let full = self.waiting.fetch_add(bytes, Ordering::Relaxed) + bytes > WAITING_BYTES;
        if full || self.queue.try_send(Unpublished::Event(Arc::clone(event))).is_err() {
            self.waiting.fetch_sub(bytes, Ordering::Relaxed);
            metrics::counter!("ajet_publish_deferred_total").increment(1);
        }
    }

    /// Publishes what a stream may still have unpublished; the sweep does where the queue is full.
    pub fn backlog(&self, stream: StreamId, head: u64) {
        if head > 0 {
            let _ = self.queue.try_send(Unpublished::Backlog(stream, head));
        }
    }

    /// The same, after waiting for room in the queue. False once the publisher is gone.
    pub async fn backlog_when_free(&self, stream: StreamId, head: u64) -> bool {
        self.queue.send(Unpublished::Backlog(stream, head)).await.is_ok()
    }

    /// Tries a parked event once more. False where the queue is full, or the publisher is gone.
    #[must_use]
    pub fn replay(&self, stream: StreamId, seq: u64) -> bool {
        self.queue.try_send(Unpublished::Parked(stream, seq)).is_ok()
    }
}

impl OutboxQueue {
    /// Waits for something to publish and takes up to `most` at once. How many; none once no outbox is left to put anything
    /// in. If it is cancelled, it has taken nothing.
    pub async fn take(&mut self, taken: &mut Vec<Unpublished>, most: usize) -> usize {
        self.queue.recv_many(taken, most).await
    }

    /// Adds what waits by now, up to `most` in all.
    pub fn take_what_is_there(&mut self, taken: &mut Vec<Unpublished>, most: usize) {
        while taken.len() < most
            && let Ok(one) = self.queue.try_recv()
        {
            taken.push(one);
        }
    }

    /// Gives back the room of what was taken: it counts until it is published.
    pub fn done(&self, bytes: usize) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }
}
