//! The outbox's way out: durable events to JetStream in stream order, then marked.
//!
//! A batch is sent whole and its acknowledgements awaited; what was not acknowledged is sent again, and JetStream drops
//! the doubles by message id. Memory is bounded: what does not fit into the queue is left in the log and read from there,
//! since a hole in a stream's numbers shows that something was left behind. A sweep finds what nobody came back for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::subjects::Subject;
use ajet_protocol::{Envelope, Event, EventType, StreamId, UserId};
use tokio::sync::mpsc;

use crate::bus::{Bus, EncodedEvent};
use crate::store::Store;

/// Events that may wait in memory.
const WAITING: usize = 16_384;
/// Events sent before their acknowledgements are awaited.
const WINDOW: usize = 256;
/// Events read back from the log at a time.
const CHUNK: u64 = 256;
const RETRY: Duration = Duration::from_millis(250);
/// Between two commits that mark what is published.
const MARK_EVERY: Duration = Duration::from_millis(200);
const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// Streams a sweep takes on at a time.
const SWEEP_STREAMS: i64 = 1000;

enum Job {
    Event(Arc<EncodedEvent>),
    /// Whatever a stream has unpublished, up to a number.
    Backlog(StreamId, u64),
}

/// The publisher of a node; cheap to clone.
#[derive(Clone)]
pub struct Publisher {
    jobs: mpsc::Sender<Job>,
}

impl Publisher {
    /// Starts publishing.
    #[must_use]
    pub fn start(store: Store, bus: Bus) -> Self {
        let (jobs, queue) = mpsc::channel(WAITING);
        tokio::spawn(
            Publishing { store: store.clone(), bus, published: HashMap::new(), unmarked: HashMap::new() }
                .run(queue),
        );
        tokio::spawn(sweep(store, jobs.clone()));
        Self { jobs }
    }

    /// Hands over an event, in stream order. Never waits: where the queue is full, the log has it.
    pub fn publish(&self, event: &Arc<EncodedEvent>) {
        if self.jobs.try_send(Job::Event(Arc::clone(event))).is_err() {
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

async fn sweep(store: Store, jobs: mpsc::Sender<Job>) {
    let mut tick = tokio::time::interval(SWEEP_EVERY);
    loop {
        tick.tick().await;
        let Ok(behind) = store.unpublished(SWEEP_STREAMS).await else { continue };
        for (stream, _, head) in behind {
            if jobs.send(Job::Backlog(stream, head)).await.is_err() {
                return;
            }
        }
    }
}

struct Publishing {
    store: Store,
    bus: Bus,
    /// How far each stream is published, as far as this node knows.
    published: HashMap<StreamId, u64>,
    /// What is published and not yet marked: one commit marks many events. A crash before it publishes them again.
    unmarked: HashMap<StreamId, u64>,
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
                    _ => self.publish(jobs.drain(..)).await,
                },
            }
        }
    }

    async fn publish(&mut self, jobs: impl Iterator<Item = Job>) {
        let mut window: Vec<Arc<EncodedEvent>> = Vec::with_capacity(WINDOW);
        for job in jobs {
            match job {
                Job::Event(event) => self.take(event, &mut window).await,
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
        let known = in_window.or_else(|| self.published.get(&event.stream).copied());
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
        let mut next = self.published.get(&stream).map_or(marked, |published| marked.max(published + 1));
        self.published.insert(stream, next - 1);
        while next <= head {
            let last = head.min(next + CHUNK - 1);
            match self.store.events_between(stream, next, last).await {
                Ok(events) => {
                    let mut window: Vec<_> =
                        events.iter().map(|event| Arc::new(EncodedEvent::of(event))).collect();
                    self.send(&mut window).await;
                    // Events past retention are gone from the log, and published long ago.
                    self.published.insert(stream, last);
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

    /// Sends a window until all of it is acknowledged, then marks it.
    async fn send(&mut self, window: &mut Vec<Arc<EncodedEvent>>) {
        while !window.is_empty() {
            if self.bus.is_ready() && self.attempt(window).await {
                self.note(window);
                window.clear();
            } else {
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    async fn attempt(&self, window: &[Arc<EncodedEvent>]) -> bool {
        let started = std::time::Instant::now();
        let mut sent = Vec::with_capacity(window.len());
        for event in window {
            let Some(subject) = subject_of(event) else { continue };
            if let Some(user) = joiner_of(event) {
                // Before the event itself: its acknowledgement then tells that this arrived too.
                let notice = Subject::Notifications(user).to_string();
                if let Err(error) = self.bus.send(&notice, event.json.clone()).await {
                    tracing::warn!(%error, "publishing failed; will try again");
                    return false;
                }
            }
            match self.bus.publish(&subject, event).await {
                Ok(acknowledgement) => sent.push(acknowledgement),
                Err(error) => {
                    tracing::warn!(%error, "publishing failed; will try again");
                    return false;
                }
            }
        }
        for one in sent {
            if let Err(error) = self.bus.acknowledged(one).await {
                tracing::warn!(%error, "publishing failed; will try again");
                return false;
            }
        }
        metrics::histogram!("ajet_publish_seconds").record(started.elapsed().as_secs_f64());
        if let Some(oldest) = window.first() {
            metrics::histogram!("ajet_publish_lag_seconds").record(oldest.since.elapsed().as_secs_f64());
        }
        metrics::counter!("ajet_events_published_total").increment(window.len() as u64);
        true
    }

    fn note(&mut self, window: &[Arc<EncodedEvent>]) {
        for event in window {
            let last = self.published.entry(event.stream).or_default();
            *last = (*last).max(event.seq);
            self.unmarked.insert(event.stream, *last);
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
