//! The order of a feed's streams, without IO: duplicates dropped, gaps found, what comes after a gap held back.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ajet_protocol::StreamId;

use crate::bus::EncodedEvent;

/// A hole in a stream: these numbers are missing before something that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    pub stream: StreamId,
    pub first: u64,
    pub last: u64,
}

/// How far each stream is delivered, and what waits behind a gap.
#[derive(Debug, Default)]
pub struct Order {
    delivered: HashMap<StreamId, u64>,
    held: HashMap<StreamId, Held>,
}

/// What waits behind a stream's gap.
#[derive(Debug, Default)]
struct Held {
    events: BTreeMap<u64, Arc<EncodedEvent>>,
    bytes: usize,
}

impl Held {
    fn take(&mut self, event: Arc<EncodedEvent>) {
        let bytes = event.json.len();
        if self.events.len() < HELD
            && self.bytes + bytes <= HELD_BYTES
            && !self.events.contains_key(&event.seq)
        {
            self.bytes += bytes;
            self.events.insert(event.seq, event);
        }
    }

    fn remove(&mut self, seq: u64) -> Option<Arc<EncodedEvent>> {
        let event = self.events.remove(&seq)?;
        self.bytes -= event.json.len();
        Some(event)
    }

    /// Forgets what has been delivered otherwise.
    fn forget_to(&mut self, delivered: u64) {
        while let Some((seq, _)) = self.events.first_key_value().filter(|(seq, _)| **seq <= delivered) {
            let seq = *seq;
            self.remove(seq);
        }
    }
}

/// Events held behind a gap per stream at most, in number and in bytes; past it they are read from the log with the gap.
const HELD: usize = 1024;
const HELD_BYTES: usize = 4 << 20;

impl Order {
    /// Takes where a stream stood when the feed began to listen; never back.
    pub fn start_at(&mut self, stream: StreamId, head: u64) {
        let at = self.delivered.entry(stream).or_default();
        *at = (*at).max(head);
    }

    /// How far a stream is delivered.
    pub fn delivered(&self, stream: StreamId) -> u64 {
        self.delivered.get(&stream).copied().unwrap_or(0)
    }

    /// Takes an event from anywhere; returns what may be delivered now, in order.
    pub fn take(&mut self, event: Arc<EncodedEvent>) -> Vec<Arc<EncodedEvent>> {
        let (stream, seq) = (event.stream, event.seq);
        let delivered = self.delivered.entry(stream).or_default();
        if seq <= *delivered {
            return Vec::new();
        }
        if seq > *delivered + 1 {
            self.held.entry(stream).or_default().take(event);
            return Vec::new();
        }
        *delivered = seq;
        let mut ready = vec![event];
        ready.extend(self.release(stream));
        ready
    }

    /// What waited for the number that a stream has come to.
    fn release(&mut self, stream: StreamId) -> Vec<Arc<EncodedEvent>> {
        let delivered = self.delivered.entry(stream).or_default();
        let mut ready = Vec::new();
        if let Some(held) = self.held.get_mut(&stream) {
            held.forget_to(*delivered);
            while let Some(next) = held.remove(*delivered + 1) {
                *delivered += 1;
                ready.push(next);
            }
            if held.events.is_empty() {
                self.held.remove(&stream);
            }
        }
        ready
    }

    /// The gap before what a stream holds back.
    pub fn gap(&self, stream: StreamId) -> Option<Gap> {
        let (next, _) = self.held.get(&stream)?.events.first_key_value()?;
        let first = self.delivered(stream) + 1;
        (first < *next).then_some(Gap { stream, first, last: next - 1 })
    }

    /// What is missing up to a head that the log is known to have.
    pub fn behind(&self, stream: StreamId, head: u64) -> Option<Gap> {
        let first = self.delivered(stream) + 1;
        (first <= head).then_some(Gap { stream, first, last: head })
    }

    /// Forgets a stream that is not followed any more.
    pub fn forget(&mut self, stream: StreamId) {
        self.delivered.remove(&stream);
        self.held.remove(&stream);
    }

    /// Gives up numbers that the log no longer has; returns what waited behind them.
    pub fn skip_to(&mut self, stream: StreamId, seq: u64) -> Vec<Arc<EncodedEvent>> {
        self.start_at(stream, seq);
        self.release(stream)
    }
}
