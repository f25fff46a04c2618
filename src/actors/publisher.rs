//! The outbox's way out: durable events to JetStream in stream order, then marked.
//!
//! A batch is sent whole and its acknowledgements awaited; what was not acknowledged is sent again, and JetStream drops
//! the doubles by message id. Memory is bounded: what does not fit into the queue is left in the log and read from there,
//! since a hole in a stream's numbers shows that something was left behind. A sweep finds what was not read since.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ajet_protocol::subjects::Subject;
use ajet_protocol::{Envelope, Event, EventType, StreamId, UserId};
use lru::LruCache;
use tokio::sync::mpsc;

use crate::bus::{Acknowledgement, Bus, BusError, EncodedEvent, PublishFailed, Use};
use crate::store::Store;
use crate::store::outbox::Parked;

/// Events that may wait in memory, in number and in bytes.
const WAITING: usize = 16_384;
const WAITING_BYTES: usize = 64 << 20;
/// Events sent before their acknowledgements are awaited, in number and in bytes.
const WINDOW: usize = 256;
const WINDOW_BYTES: usize = 8 << 20;
/// Events read back from the log at a time.
const CHUNK: u64 = 64;
const RETRY: Duration = Duration::from_millis(250);
/// Between two commits that mark what is published.
const MARK_EVERY: Duration = Duration::from_millis(200);
/// Between two sweeps, by whichever node takes the turn.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// Streams whose state is remembered; for others the store is asked.
// Evaluated by the compiler: it can't fail in a running server.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();

enum Job {
    Event(Arc<EncodedEvent>),
    /// Whatever a stream has unpublished, up to a number.
    Backlog(StreamId, u64),
}

impl Job {
    fn bytes(&self) -> usize {
        match self {
            Job::Event(event) => event.json.len(),
            Job::Backlog(..) => 0,
        }
    }
}

/// The publisher of a node; cheap to clone.
#[derive(Clone)]
pub struct Publisher {
    jobs: mpsc::Sender<Job>,
    /// Bytes of the events that wait.
    waiting: Arc<AtomicUsize>,
}

impl Publisher {
    /// Starts publishing.
    #[must_use]
    pub fn start(store: Store, bus: Bus) -> Self {
        let (jobs, queue) = mpsc::channel(WAITING);
        let waiting = Arc::new(AtomicUsize::new(0));
        let publishing = Publishing {
            store: store.clone(),
            bus: bus.clone(),
            waiting: Arc::clone(&waiting),
            published: LruCache::sparse(REMEMBERED),
            unmarked: HashMap::new(),
        };
        tokio::spawn(publishing.run(queue));
        tokio::spawn(sweep(store, bus, jobs.clone()));
        Self { jobs, waiting }
    }

    /// Hands over an event, in stream order. Never waits: where the queue is full, the log has it.
    pub fn publish(&self, event: &Arc<EncodedEvent>) {
        let bytes = event.json.len();
        let full = self.waiting.fetch_add(bytes, Ordering::Relaxed) + bytes > WAITING_BYTES;
        if full || self.jobs.try_send(Job::Event(Arc::clone(event))).is_err() {
            self.waiting.fetch_sub(bytes, Ordering::Relaxed);
            metrics::counter!("ajet_publish_deferred_total").increment(1);
        }
    }

    /// Publishes what a stream may still have unpublished; the sweep does where the queue is full.
    pub fn backlog(&self, stream: StreamId, head: u64) {
        if head > 0 {
            let _ = self.jobs.try_send(Job::Backlog(stream, head));
        }
    }
}

/// Finds what was committed and left at that. One node at a time does it for all.
async fn sweep(store: Store, bus: Bus, jobs: mpsc::Sender<Job>) {
    loop {
        tokio::time::sleep(SWEEP_EVERY.mul_f64(rand::random_range(0.8..1.2))).await;
        // A node that can't publish leaves the turn to others.
        if !bus.is_ready() || !store.takes_turn_to_sweep(SWEEP_EVERY / 2).await.unwrap_or(false) {
            continue;
        }
        while let Ok(found) = store.sweep().await {
            for (stream, head) in found.lacking {
                if jobs.send(Job::Backlog(stream, head)).await.is_err() {
                    return;
                }
            }
            if !found.goes_on {
                break;
            }
        }
    }
}

struct Publishing {
    store: Store,
    bus: Bus,
    waiting: Arc<AtomicUsize>,
    /// How far each stream is published, as far as this node remembers.
    published: LruCache<StreamId, u64>,
    /// What is published and not yet marked: one commit marks many events. A crash before it publishes them again.
    unmarked: HashMap<StreamId, u64>,
}

/// What became of a window.
enum Sent {
    All,
    /// Some or all of it may be there, or not.
    Unknown,
    /// NATS takes this one of them never.
    TooLarge(usize),
}

impl Publishing {
    async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(WINDOW);
        let mut tick = tokio::time::interval(MARK_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => self.mark().await,
                taken = queue.recv_many(&mut jobs, WINDOW) => match taken {
                    0 => return,
                    _ => {
                        let bytes: usize = jobs.iter().map(Job::bytes).sum();
                        self.publish(jobs.drain(..)).await;
                        // Only now: what is under way is in memory as well.
                        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
                    }
                },
            }
        }
    }

    async fn publish(&mut self, jobs: impl Iterator<Item = Job>) {
        let mut window: Vec<Arc<EncodedEvent>> = Vec::with_capacity(WINDOW);
        for job in jobs {
            match job {
                Job::Event(event) => {
                    if window.iter().map(|one| one.json.len()).sum::<usize>() > WINDOW_BYTES {
                        self.send(&mut window).await;
                    }
                    self.take(event, &mut window).await;
                }
                Job::Backlog(stream, head) => {
                    self.send(&mut window).await;
                    self.catch_up(stream, head).await;
                }
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

    async fn first_unpublished(&self, stream: StreamId) -> u64 {
        loop {
            match self.store.published(stream).await {
                Ok(published) => return published + 1,
                Err(error) => tracing::warn!(%error, "can't read the outbox"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Sends a window until all of it is acknowledged, then notes it. What NATS can never take is put aside, and the others go
    /// on.
    async fn send(&mut self, window: &mut Vec<Arc<EncodedEvent>>) {
        let mut parked = Vec::new();
        while !window.is_empty() {
            let sent = if self.bus.is_ready() { self.attempt(window).await } else { Sent::Unknown };
            match sent {
                Sent::All => {
                    self.note(window);
                    window.clear();
                }
                // What came before it may be published already: sent again it is dropped as a duplicate.
                Sent::TooLarge(which) => {
                    let large = window.remove(which);
                    self.park(&large).await;
                    parked.push(large);
                }
                Sent::Unknown => tokio::time::sleep(RETRY).await,
            }
        }
        // Only now: a mark says that everything before it is published.
        self.note(&parked);
    }

    async fn attempt(&self, window: &[Arc<EncodedEvent>]) -> Sent {
        let started = std::time::Instant::now();
        let mut sent = Vec::with_capacity(window.len());
        for (which, event) in window.iter().enumerate() {
            match self.hand_over(event).await {
                Ok(acknowledgement) => sent.extend(acknowledgement),
                Err(PublishFailed::TooLarge) => return Sent::TooLarge(which),
                Err(PublishFailed::Unknown(error)) => {
                    tracing::warn!(error, "publishing failed; will try again");
                    return Sent::Unknown;
                }
            }
        }
        for one in sent {
            if let Err(error) = self.bus.acknowledged(one).await {
                tracing::warn!(%error, "publishing failed; will try again");
                return Sent::Unknown;
            }
        }
        metrics::histogram!("ajet_publish_seconds").record(started.elapsed().as_secs_f64());
        if let Some(oldest) = window.first() {
            metrics::histogram!("ajet_publish_lag_seconds").record(oldest.since.elapsed().as_secs_f64());
        }
        metrics::counter!("ajet_events_published_total").increment(window.len() as u64);
        Sent::All
    }

    /// Gives an event to NATS; its acknowledgement is still to come, where it has a subject.
    async fn hand_over(&self, event: &EncodedEvent) -> Result<Option<Acknowledgement>, PublishFailed> {
        let Some(subject) = subject_of(event) else { return Ok(None) };
        if let Some(user) = joiner_of(event) {
            // Before the event itself: its acknowledgement then tells that this arrived too.
            let notice = Subject::Notifications(user).to_string();
            self.bus.send(Use::Event, &notice, event.json.clone()).await.map_err(|error| match error {
                BusError::TooLarge => PublishFailed::TooLarge,
                other => PublishFailed::Unknown(other.to_string()),
            })?;
        }
        self.bus.publish(&subject, event).await.map(Some)
    }

    /// Puts an event aside for operators to see; readers have it from the log.
    async fn park(&self, event: &EncodedEvent) {
        let parked = Parked {
            stream: event.stream,
            seq: event.seq,
            event: event.id,
            reason: format!("{} bytes are more than NATS takes", event.json.len()),
            attempts: 1,
        };
        tracing::error!(event = %event.id, stream = %event.stream, seq = event.seq, "an event can't be published; it is parked");
        metrics::counter!("ajet_events_parked_total").increment(1);
        while let Err(error) = self.store.park(&parked).await {
            tracing::warn!(%error, "can't park an event; will try again");
            tokio::time::sleep(RETRY).await;
        }
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

/// Who belongs to one more community by this event: their sessions don't listen to it yet, and are told by themselves.
fn joiner_of(event: &EncodedEvent) -> Option<UserId> {
    if event.kind != Some(EventType::MemberJoined) || event.channel_id.is_some() {
        return None;
    }
    match Envelope::parse(&event.json).ok()?.event().ok()?? {
        Event::MemberJoined(joined) => Some(joined.member.user.id),
        _ => None,
    }
}

/// Where an event goes.
fn subject_of(event: &EncodedEvent) -> Option<Subject> {
    event.community_id.map(Subject::Events).or_else(|| event.channel_id.map(Subject::Dm))
}
