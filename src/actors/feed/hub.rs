//! A node's feeds: found or made, one per community and one for people, ended when no connection has listened for a while.
//!
//! A feed that crashes is started again where it was: its connections miss nothing. The hub does not move the cursor: the
//! watermark does, which asks here how far feeds are.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{ChannelId, StreamId, Topic, UserId};
use parking_lot::RwLock;
use ractor::{ActorId, ActorRef, ActorStatus, SpawnErr};

use super::actor::{Args, Feed, FeedMessage, FeedServices};
use super::cursor::{Cursors, Position};
use super::place::Place;
use super::source::{FeedKey, Source};
use super::window::{WINDOW_STAYS, Window};
use crate::actors::runtime::{End, NotStarted, Registry};
use crate::bus::EncodedEvent;

/// The feeds of a node; cheap to clone.
#[derive(Clone)]
pub struct Feeds(Arc<Inner>);

struct Inner {
    services: FeedServices,
    feeds: RwLock<HashMap<FeedKey, Entry>>,
    registry: Registry<FeedKey>,
}

#[derive(Clone)]
struct Entry {
    actor: ActorRef<FeedMessage>,
    source: Arc<Source>,
}

/// Between two looks for feeds that no one listens to.
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// Before a feed is started again.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two tries to start a feed again.
const RETRY: Duration = Duration::from_millis(100);

impl Feeds {
    /// Starts without any feed.
    ///
    /// # Errors
    /// When the supervisor can't be spawned.
    pub async fn start(services: FeedServices) -> Result<Self, SpawnErr> {
        let feeds =
            Self(Arc::new(Inner { services, feeds: RwLock::default(), registry: Registry::default() }));
        let told = feeds.clone();
        feeds.0.registry.supervise(move |actor, end| told.ended(actor, end)).await?;
        tokio::spawn(feeds.clone().sweep());
        Ok(feeds)
    }

    /// What makes and reads cursors here.
    #[must_use]
    pub fn cursors(&self) -> &Cursors {
        &self.0.services.cursors
    }

    /// Where a client that has read everything by now goes on from; empty where there is no cursor yet.
    #[must_use]
    pub fn cursor(&self) -> String {
        let FeedServices { cursors, window, .. } = &self.0.services;
        // In this order: everything that the snapshot sees has been told of.
        let (snapshot, number) = (cursors.snapshot(), window.settled());
        cursors.encode(&Position { snapshot: &*snapshot, number, scope: None })
    }

    /// Where a client goes on from that has read everything which a snapshot sees; empty where there is no cursor yet.
    #[must_use]
    pub fn cursor_of(&self, snapshot: &str) -> String {
        self.0.services.cursors.encode(&Position { snapshot, number: 0, scope: None })
    }

    /// The recent frames.
    #[must_use]
    pub fn window(&self) -> &Window {
        &self.0.services.window
    }

    /// The local short cut: an event that was just committed here. NATS does not bring it back to us.
    pub fn offer(&self, event: &Arc<EncodedEvent>) {
        self.cast(event.topic(), event.json.len(), || FeedMessage::Local(Arc::clone(event)));
    }

    /// The same for an ephemeral event.
    pub fn pass(&self, event: &EncodedEvent) {
        self.cast(event.topic(), event.json.len(), || FeedMessage::Passing(Box::new(event.clone())));
    }

    fn cast(&self, topic: Topic, bytes: usize, message: impl FnOnce() -> FeedMessage) {
        let feeds = self.0.feeds.read();
        let Some(entry) = feeds.get(&topic.into()) else { return };
        // What does not fit is found missing, and read from the log.
        if entry.source.admit(bytes) && entry.actor.cast(message()).is_err() {
            entry.source.handled(bytes);
        }
    }

    /// Lets a connection listen to a feed; when this returns, it is told of everything that goes into the window from now on.
    ///
    /// # Errors
    /// [`NotStarted`], where the feed could not be started.
    pub async fn attach(&self, key: FeedKey, place: &Arc<Place>) -> Result<Arc<Source>, NotStarted> {
        let find = || {
            let feeds = self.0.feeds.read();
            let entry = feeds.get(&key)?;
            entry.source.attach(place);
            Some(Arc::clone(&entry.source))
        };
        self.0.registry.find_or_start(key, find, || self.start_feed(key, place)).await
    }

    /// A connection listens no more.
    pub fn detach(&self, key: FeedKey, place: &Arc<Place>) {
        if let Some(entry) = self.0.feeds.read().get(&key) {
            entry.source.detach(place);
        }
    }

    /// Notes that a person here takes part in a direct message, and where its stream stands.
    pub fn note_dm(&self, dm: ChannelId, person: UserId, head: u64) {
        if let Some(entry) = self.0.feeds.read().get(&FeedKey::People)
            && entry.source.note_dm(dm, person, head)
        {
            let _ = entry.actor.cast(FeedMessage::Begins(dm.into(), head));
        }
    }

    /// A person has one more session here. `head` is where their own stream stood some time before: what came since is read from the
    /// log where it is missed, and nothing older is.
    pub fn enter(&self, person: UserId, head: u64) {
        if let Some(entry) = self.0.feeds.read().get(&FeedKey::People)
            && entry.source.enter(person, head)
        {
            let _ = entry.actor.cast(FeedMessage::Begins(StreamId(person.0), head));
        }
    }

    /// A person has one session less here; with the direct messages that it listened to.
    pub fn leave(&self, person: UserId, dms: &[ChannelId]) {
        if let Some(entry) = self.0.feeds.read().get(&FeedKey::People) {
            for stream in entry.source.leave(person, dms) {
                let _ = entry.actor.cast(FeedMessage::Ends(stream));
            }
        }
    }

    /// Whether the window holds everything of a feed that came after a number.
    #[must_use]
    pub fn holds_since(&self, key: FeedKey, number: u64) -> bool {
        self.0.feeds.read().get(&key).is_some_and(|entry| entry.source.since <= number)
    }

    /// Whether a stream is delivered up to a number, to everybody who listens here.
    #[must_use]
    pub fn has_delivered(&self, topic: Topic, stream: StreamId, head: u64) -> bool {
        let feeds = self.0.feeds.read();
        let Some(Entry { source, .. }) = feeds.get(&topic.into()) else { return true };
        !source.concerns(topic) || source.progress.of(stream) >= head
    }

    /// Tells a feed what the log has: it reads what it lacks of it.
    pub fn tell(&self, topic: Topic, stream: StreamId, head: u64) {
        if let Some(entry) = self.0.feeds.read().get(&topic.into())
            && entry.source.concerns(topic)
            && entry.source.is_news(stream, head)
        {
            let _ = entry.actor.cast(FeedMessage::Behind(stream, head));
        }
    }

    /// How many connections have not taken a frame before it left the window.
    #[must_use]
    pub fn late(&self) -> usize {
        let (feeds, window) = (self.0.feeds.read(), &self.0.services.window);
        // Every connection listens to the feed for people.
        let people = feeds.get(&FeedKey::People);
        people.map_or(0, |entry| entry.source.late(|owed| !window.reaches_back_to(owed - 1)))
    }

    /// Kills a feed's actor (chaos); it is started again where it was. Whether there was one.
    pub fn kill(&self, key: FeedKey) -> bool {
        self.0.feeds.read().get(&key).map(|entry| entry.actor.kill()).is_some()
    }

    async fn start_feed(&self, key: FeedKey, place: &Arc<Place>) -> Result<Arc<Source>, NotStarted> {
        let source = Arc::new(Source::new(key, self.0.services.window.mark()));
        source.attach(place);
        let actor = self.spawn(&source).await?;
        let entry = Entry { actor, source: Arc::clone(&source) };
        self.0.feeds.write().insert(key, entry.clone());
        self.revive(entry);
        Ok(source)
    }

    async fn spawn(&self, source: &Arc<Source>) -> Result<ActorRef<FeedMessage>, NotStarted> {
        let args = Args { source: Arc::clone(source), services: self.0.services.clone() };
        self.0.registry.spawn(source.key, Feed, args).await
    }

    /// Starts a feed again that ended while it was listened to; ends those that no one has listened to for a while.
    fn ended(&self, actor: ActorId, end: End) {
        if end == End::Crashed {
            tracing::error!("a feed crashed");
        }
        let Some(key) = self.0.registry.ended(actor) else { return };
        let entry = self.0.feeds.read().get(&key).filter(|entry| entry.actor.get_id() == actor).cloned();
        if let Some(entry) = entry {
            tokio::spawn(self.clone().start_again(entry));
        }
    }

    /// Starts a feed again that has ended before it was listed: its end found nothing here.
    fn revive(&self, entry: Entry) {
        if matches!(entry.actor.get_status(), ActorStatus::Stopping | ActorStatus::Stopped) {
            tokio::spawn(self.clone().start_again(entry));
        }
    }

    async fn start_again(self, entry: Entry) {
        let key = entry.source.key;
        loop {
            // One that crashes at once is not started as fast as it can.
            tokio::time::sleep(PAUSE).await;
            let dead = entry.actor.get_id();
            let is_ours =
                || self.0.feeds.read().get(&key).filter(|found| found.actor.get_id() == dead).map(|_| ());
            if is_ours().is_none() {
                return;
            }
            match self.spawn(&entry.source).await {
                Ok(actor) => {
                    let mut feeds = self.0.feeds.write();
                    match feeds.get_mut(&key) {
                        Some(found) if found.actor.get_id() == dead => {
                            found.actor = actor;
                            let started = found.clone();
                            drop(feeds);
                            self.revive(started);
                        }
                        _ => actor.stop(None),
                    }
                    return;
                }
                Err(error) => tracing::warn!(%error, "can't start a feed again; will try"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn sweep(self) {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            self.0.services.window.expire();
            metrics::gauge!("ajet_readers_late").set(self.late() as f64);
            let mut feeds = self.0.feeds.write();
            feeds.retain(|_, entry| {
                let quiet = entry.source.is_quiet(WINDOW_STAYS);
                if quiet {
                    entry.actor.stop(None);
                }
                !quiet
            });
        }
    }
}
