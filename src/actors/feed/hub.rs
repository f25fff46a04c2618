//! A node's feeds: found or made, one per community, ended when no session listens.
//!
//! It knows who listens to which feed, so that sessions whose feed has ended start over. It does not move the cursor: the
//! watermark does, which asks here how far feeds are.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::{CommunityId, StreamId};
use parking_lot::{Mutex, RwLock};
use ractor::{ActorId, ActorRef, SpawnErr};
use tokio::sync::oneshot;

use super::actor::{Args, Feed, FeedMessage, Progress, Sink};
use super::cursor::Cursor;
use crate::actors::runtime::{End, NotStarted, Registry};
use crate::bus::{Bus, EncodedEvent};
use crate::store::Store;

/// The feeds of a node; cheap to clone.
#[derive(Clone)]
pub struct Feeds(Arc<Inner>);

struct Inner {
    store: Store,
    bus: Bus,
    cursor: Cursor,
    feeds: RwLock<HashMap<CommunityId, Entry>>,
    /// What each session listens to, for the moment when it ends.
    listening: Mutex<HashMap<ActorId, Vec<CommunityId>>>,
    registry: Registry<CommunityId>,
}

struct Entry {
    actor: ActorRef<FeedMessage>,
    progress: Progress,
    listeners: Mutex<HashMap<ActorId, Arc<dyn Sink>>>,
}

impl Feeds {
    /// Starts without any feed.
    ///
    /// # Errors
    /// When the supervisor can't be spawned.
    pub async fn start(store: Store, bus: Bus) -> Result<Self, SpawnErr> {
        let feeds = Self(Arc::new(Inner {
            store,
            bus,
            cursor: Cursor::default(),
            feeds: RwLock::default(),
            listening: Mutex::default(),
            registry: Registry::default(),
        }));
        let told = feeds.clone();
        feeds.0.registry.supervise(move |actor, end| told.ended(actor, end)).await?;
        Ok(feeds)
    }

    /// Where a connection that has everything so far goes on from.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.0.cursor.clone()
    }

    /// The local short cut: an event that was just committed here.
    pub fn offer(&self, event: &Arc<EncodedEvent>) {
        let Some(community) = event.community_id else { return };
        if let Some(entry) = self.0.feeds.read().get(&community) {
            let _ = entry.actor.cast(FeedMessage::Local(Arc::clone(event)));
        }
    }

    /// Lets a session listen to a community; when this returns, nothing committed later is missed. False where the feed
    /// could not be started.
    pub async fn attach(&self, community: CommunityId, listener: ActorId, sink: Arc<dyn Sink>) -> bool {
        let Ok(actor) = self.listening(community, listener, &sink).await else { return false };
        let (attached, done) = oneshot::channel();
        actor.cast(FeedMessage::Attach(listener, sink, attached)).is_ok() && done.await.is_ok()
    }

    /// A session has ended, in whatever way: it listens to nothing any more, and a feed without listeners ends.
    pub fn detach(&self, listener: ActorId) {
        let communities = self.0.listening.lock().remove(&listener).unwrap_or_default();
        for community in communities {
            let mut feeds = self.0.feeds.write();
            let Some(entry) = feeds.get(&community) else { continue };
            let left = {
                let mut listeners = entry.listeners.lock();
                listeners.remove(&listener);
                listeners.len()
            };
            let _ = entry.actor.cast(FeedMessage::Detach(listener));
            if left == 0 {
                entry.actor.stop(None);
                feeds.remove(&community);
            }
        }
    }

    /// Whether a stream is delivered up to a number, to everybody who listens here.
    pub fn has_delivered(&self, community: CommunityId, stream: StreamId, head: u64) -> bool {
        let feeds = self.0.feeds.read();
        feeds.get(&community).is_none_or(|entry| entry.progress.lock().delivered(stream) >= head)
    }

    /// Tells a feed what the log has: it reads what it lacks of it.
    pub fn tell(&self, community: CommunityId, stream: StreamId, head: u64) {
        if let Some(entry) = self.0.feeds.read().get(&community) {
            let _ = entry.actor.cast(FeedMessage::Behind(stream, head));
        }
    }

    /// A community's feed, found or started, with this listener noted.
    async fn listening(
        &self,
        community: CommunityId,
        listener: ActorId,
        sink: &Arc<dyn Sink>,
    ) -> Result<ActorRef<FeedMessage>, NotStarted> {
        let find = || {
            let feeds = self.0.feeds.read();
            let entry = feeds.get(&community)?;
            entry.listeners.lock().insert(listener, Arc::clone(sink));
            self.0.listening.lock().entry(listener).or_default().push(community);
            Some(entry.actor.clone())
        };
        self.0.registry.find_or_start(community, find, || self.start_feed(community, listener, sink)).await
    }

    async fn start_feed(
        &self,
        community: CommunityId,
        listener: ActorId,
        sink: &Arc<dyn Sink>,
    ) -> Result<ActorRef<FeedMessage>, NotStarted> {
        let progress = Progress::default();
        let args = Args {
            community,
            store: self.0.store.clone(),
            bus: self.0.bus.clone(),
            cursor: self.0.cursor.clone(),
            progress: Arc::clone(&progress),
        };
        let actor = self.0.registry.spawn(community, Feed, args).await?;
        let listeners = Mutex::new(HashMap::from([(listener, Arc::clone(sink))]));
        self.0.listening.lock().entry(listener).or_default().push(community);
        self.0.feeds.write().insert(community, Entry { actor: actor.clone(), progress, listeners });
        Ok(actor)
    }

    /// Listeners of a feed that ended get no more events from it: they start over.
    fn ended(&self, actor: ActorId, end: End) {
        if end == End::Crashed {
            tracing::error!("a feed crashed");
        }
        let Some(community) = self.0.registry.ended(actor) else { return };
        let mut feeds = self.0.feeds.write();
        if feeds.get(&community).is_some_and(|entry| entry.actor.get_id() == actor)
            && let Some(entry) = feeds.remove(&community)
        {
            entry.listeners.lock().values().for_each(|sink| sink.lost());
        }
    }
}
