//! One live stream of a session: a bounded queue, and what has gone into it.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::{CommunityId, StreamId};
use tokio::sync::mpsc;

use crate::actors::feed::Frame;

/// What a connection is sent after its first frame.
#[derive(Debug, Clone)]
pub enum Outgoing {
    Frame(Arc<Frame>),
    /// Refetch; nothing comes after it.
    Resync,
}

/// What a connection wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// This community only; direct messages and notifications stay.
    pub community: Option<CommunityId>,
}

/// A connection as its session holds it.
pub struct Connection {
    queue: mpsc::Sender<Outgoing>,
    scope: Scope,
    /// How far each stream has been replayed: live frames up to there are doubles.
    replayed: HashMap<StreamId, u64>,
}

/// Whether a connection lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    Fine,
    Over,
}

impl Connection {
    /// A connection with room for `frames`, and the end its client reads.
    pub fn new(
        frames: usize,
        scope: Scope,
        replayed: HashMap<StreamId, u64>,
    ) -> (Self, mpsc::Receiver<Outgoing>) {
        // One place more, for the resync of a reader that stays behind.
        let (queue, reader) = mpsc::channel(frames + 1);
        (Self { queue, scope, replayed }, reader)
    }

    /// Queues a frame the person may see.
    pub fn push(&mut self, frame: &Arc<Frame>) -> Health {
        let event = &frame.event;
        let wanted = self.scope.community.is_none_or(|only| event.community_id.is_none_or(|id| id == only));
        let doubled = self.replayed.get(&event.stream).is_some_and(|seq| event.seq <= *seq);
        if !wanted || doubled {
            return self.health();
        }
        if self.queue.capacity() <= 1 {
            self.resync();
            return Health::Over;
        }
        match self.queue.try_send(Outgoing::Frame(Arc::clone(frame))) {
            Ok(()) => Health::Fine,
            Err(_) => Health::Over,
        }
    }

    /// Tells the client to refetch, as the last thing it hears.
    pub fn resync(&self) {
        metrics::counter!("ajet_resyncs_total").increment(1);
        let _ = self.queue.try_send(Outgoing::Resync);
    }

    /// Whether its client is still there.
    pub fn health(&self) -> Health {
        if self.queue.is_closed() { Health::Over } else { Health::Fine }
    }
}
