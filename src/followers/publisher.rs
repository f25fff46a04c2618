//! The publisher: durable events to JetStream in stream order, then marked.
//!
//! It takes events from the outbox in windows. A window is sent (`window.rs`) until all of it is acknowledged or parked;
//! only then it is marked, and a crash before the mark publishes it again. An event that comes alone goes at once; those that follow it
//! closely share a window, so that publishing takes little of the processor from the commits that are under way. Where a stream has a
//! hole before an event, the hole is read from the log first: so nothing later on a stream is published before what comes earlier. The
//! publisher does not look for work in the log; that is the sweep's.
//!
//! A replay of a parked event is the one exception to that order: its stream has gone on without it. It is published after
//! later events, marks nothing, and consumers place it by (stream, seq).

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::StreamId;
use lru::LruCache;
use tokio::time::Instant;

use super::dm_people::DmPeople;
use super::window::WindowSender;
use crate::actors::outbox::{OutboxQueue, Unpublished};
use crate::bus::{Bus, EncodedEvent};
use crate::store::Store;

/// Events sent before their acknowledgements are awaited, in number and in bytes.
const WINDOW: usize = 256;
const WINDOW_BYTES: usize = 8 << 20;
/// From the end of one window to the next. It is what other nodes' readers wait longer at most.
const PACE: Duration = Duration::from_millis(2);
/// Events read back from the log at a time.
const CHUNK: u64 = 64;
/// Between two tries while the store is away.
const RETRY: Duration = Duration::from_millis(250);
/// Between two commits that mark what is published.
const MARK_EVERY: Duration = Duration::from_millis(200);
/// Streams whose state is remembered; for others the store is asked.
// Evaluated by the compiler: it can't fail in a running server.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();

/// Publishes what comes out of an outbox, until nothing can be put into it any more.
pub async fn run(store: Store, bus: Bus, queue: OutboxQueue) {
    let windows = WindowSender { store: store.clone(), bus, dms: DmPeople::new(store.clone()) };
    let published = LruCache::sparse(REMEMBERED);
    Publisher { store, windows, published, unmarked: HashMap::new() }.run(queue).await;
}

struct Publisher {
    store: Store,
    windows: WindowSender,
    /// How far each stream is published, as far as this node remembers.
    published: LruCache<StreamId, u64>,
    /// What is published and not yet marked: one commit marks many events. A crash before it publishes them again.
    unmarked: HashMap<StreamId, u64>,
}

impl Publisher {
    async fn run(mut self, mut queue: OutboxQueue) {
        let mut taken = Vec::with_capacity(WINDOW);
        let mut tick = tokio::time::interval(MARK_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut next_window = Instant::now();
        loop {
            tokio::select! {
                _ = tick.tick() => self.mark().await,
                count = queue.take(&mut taken, WINDOW) => match count {
                    0 => return,
                    _ => {
                        tokio::time::sleep_until(next_window).await;
                        queue.take_what_is_there(&mut taken, WINDOW);
                        let bytes: usize = taken.iter().map(Unpublished::bytes).sum();
                        self.publish(taken.drain(..)).await;
                        // Only now: what is under way is in memory as well.
                        queue.done(bytes);
                        next_window = Instant::now() + PACE;
                    }
                },
            }
        }
    }

    async fn publish(&mut self, taken: impl Iterator<Item = Unpublished>) {
        let mut window: Vec<Arc<EncodedEvent>> = Vec::with_capacity(WINDOW);
        for item in taken {
            match item {
                Unpublished::Event(event) => {
                    if window.iter().map(|one| one.json.len()).sum::<usize>() > WINDOW_BYTES {
                        self.send(&mut window).await;
                    }
                    self.take(event, &mut window).await;
                }
                Unpublished::Backlog(stream, head) => {
                    self.send(&mut window).await;
                    self.catch_up(stream, head).await;
                }
                Unpublished::Parked(stream, seq) => self.replay(stream, seq).await,
            }
        }
        self.send(&mut window).await;
    }

    /// Adds an event to the window; where the stream has a hole before it, fills that first.
    async fn take(&mut self, event: Arc<EncodedEvent>, window: &mut Vec<Arc<EncodedEvent>>) {
        let in_window = window.iter().rev().find(|one| one.stream == event.stream).map(|one| one.seq);
        let known = in_window.or_else(|| self.published.peek(&event.stream).copied());
        match known {
            Some(known) if event.seq <= known => {}
            None if event.seq > 1 => {
                self.send(window).await;
                self.catch_up(event.stream, event.seq).await;
            }
            Some(known) if event.seq > known + 1 => {
                self.send(window).await;
                self.catch_up(event.stream, event.seq).await;
            }
            _ => window.push(event),
        }
    }

    /// Publishes from the log what is not marked as published, up to a number.
    async fn catch_up(&mut self, stream: StreamId, head: u64) {
        // Another owner may have published meanwhile, and so much that sending it again would take long.
        let marked = self.first_unpublished(stream).await;
        let mut next = self.published.peek(&stream).map_or(marked, |published| marked.max(published + 1));
        self.published.put(stream, next - 1);
        while next <= head {
            let last = head.min(next + CHUNK - 1);
            match self.store.events_between(stream, next, last).await {
                Ok(events) => {
                    let mut window: Vec<_> =
                        events.iter().map(|event| Arc::new(EncodedEvent::of(event))).collect();
                    self.send(&mut window).await;
                    // Events past retention are gone from the log, and published long ago.
                    self.published.put(stream, last);
                    self.unmarked.insert(stream, last);
                    next = last + 1;
                }
                Err(error) => {
                    tracing::warn!(%error, "can't read the backlog");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// Publishes a parked event as the log has it now. It is tried once, and only then the next item's turn comes: after a second where
    /// NATS says nothing, and after the limits of the background pool where the store does not (10 s a statement), as everything here.
    async fn replay(&self, stream: StreamId, seq: u64) {
        match self.store.events_between(stream, seq, seq).await {
            Ok(found) => {
                if found.is_empty() {
                    let why = "it is not in the log, or this version does not know its audience";
                    tracing::warn!(%stream, seq, why, "a parked event stays parked");
                }
                for event in &found {
                    self.windows.replay(Arc::new(EncodedEvent::of(event))).await;
                }
            }
            Err(error) => tracing::warn!(%error, "can't read a parked event; it stays parked"),
        }
    }

    async fn first_unpublished(&self, stream: StreamId) -> u64 {
        loop {
            match self.store.published(stream).await {
                Ok(published) => return published + 1,
                Err(error) => tracing::warn!(%error, "can't read the outbox"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Sends a window, then notes it.
    async fn send(&mut self, window: &mut Vec<Arc<EncodedEvent>>) {
        self.windows.send(window).await;
        // Only now: a mark says that everything before it is published or parked.
        self.note(window);
        window.clear();
    }

    fn note(&mut self, window: &[Arc<EncodedEvent>]) {
        for event in window {
            let known = self.published.peek(&event.stream).copied().unwrap_or(0);
            let last = known.max(event.seq);
            self.published.put(event.stream, last);
            self.unmarked.insert(event.stream, last);
        }
    }

    /// Marks what is published; what can't be marked now is at the next tick.
    async fn mark(&mut self) {
        if self.unmarked.is_empty() {
            return;
        }
        let marks: Vec<_> = self.unmarked.iter().map(|(stream, seq)| (*stream, *seq)).collect();
        match self.store.mark_published(&marks).await {
            Ok(()) => self.unmarked.clear(),
            Err(error) => tracing::warn!(%error, "can't mark as published"),
        }
    }
}
