//! One live stream of a session: a bounded queue, and what has gone into it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ajet_protocol::events::ResyncReason;
use ajet_protocol::{CommunityId, StreamId};
use tokio::sync::mpsc;

use crate::actors::feed::Frame;

/// What a connection is sent after its first frame.
#[derive(Debug, Clone)]
pub enum Outgoing {
    Frame(Arc<Frame>),
    /// Refetch; nothing comes after it.
    Resync(ResyncReason),
}

/// Frames below this size are bounded by their number alone: counting them would cost each delivery a shared counter.
const COUNTED: usize = 4 * 1024;

impl Outgoing {
    /// What it counts against the limit, in bytes.
    fn bytes(&self) -> usize {
        match self {
            Outgoing::Frame(frame) => Some(frame.bytes()).filter(|bytes| *bytes >= COUNTED).unwrap_or(0),
            Outgoing::Resync(_) => 0,
        }
    }
}

/// What a connection wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// This community only; direct messages and notifications stay.
    pub community: Option<CommunityId>,
}

/// How much may wait for a reader.
#[derive(Debug, Clone, Copy)]
pub struct QueueLimits {
    pub frames: usize,
    pub bytes: usize,
}

/// A connection as its session holds it.
pub struct Connection {
    queue: mpsc::Sender<Outgoing>,
    /// Bytes of the frames that wait in it.
    waiting: Arc<AtomicUsize>,
    limits: QueueLimits,
    scope: Scope,
    /// How far each stream has been replayed: live frames up to there are duplicates.
    replayed: HashMap<StreamId, u64>,
}

/// The end of a queue that its client reads.
#[derive(Debug)]
pub struct Queue {
    frames: mpsc::Receiver<Outgoing>,
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// What comes next; `None` at the end.
    pub async fn recv(&mut self) -> Option<Outgoing> {
        let outgoing = self.frames.recv().await?;
        let bytes = outgoing.bytes();
        if bytes > 0 {
            self.waiting.fetch_sub(bytes, Ordering::Relaxed);
        }
        Some(outgoing)
    }
}

/// Whether a connection lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    Fine,
    Over,
}

impl Connection {
    /// A connection, and the end its client reads.
    pub fn new(limits: QueueLimits, scope: Scope, replayed: HashMap<StreamId, u64>) -> (Self, Queue) {
        // One place more, for the resync of a reader that stays behind.
        let (queue, frames) = mpsc::channel(limits.frames + 1);
        let waiting = Arc::new(AtomicUsize::new(0));
        let reader = Queue { frames, waiting: Arc::clone(&waiting) };
        (Self { queue, waiting, limits, scope, replayed }, reader)
    }

    /// Queues a frame the person may see.
    pub fn push(&mut self, frame: &Arc<Frame>) -> Health {
        let event = &frame.event;
        let wanted = self.scope.community.is_none_or(|only| event.community_id.is_none_or(|id| id == only));
        let duplicate = self.replayed.get(&event.stream).is_some_and(|seq| event.seq <= *seq);
        if !wanted || duplicate {
            return self.health();
        }
        let outgoing = Outgoing::Frame(Arc::clone(frame));
        if self.queue.capacity() <= 1 || !self.has_room(outgoing.bytes()) {
            self.resync(ResyncReason::Behind);
            return Health::Over;
        }
        match self.queue.try_send(outgoing) {
            Ok(()) => Health::Fine,
            Err(_) => Health::Over,
        }
    }

    /// Takes room for some bytes, if there is any; one frame always fits, whatever its size.
    fn has_room(&self, bytes: usize) -> bool {
        if bytes == 0 {
            return true;
        }
        let waiting = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        waiting == 0 || waiting + bytes <= self.limits.bytes
    }

    /// Tells the client to refetch, as the last thing it hears.
    pub fn resync(&self, reason: ResyncReason) {
        metrics::counter!("ajet_resyncs_total").increment(1);
        let _ = self.queue.try_send(Outgoing::Resync(reason));
    }

    /// Whether its client is still there.
    pub fn health(&self) -> Health {
        if self.queue.is_closed() { Health::Over } else { Health::Fine }
    }
}
