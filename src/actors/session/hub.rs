//! A node's sessions: found or made, and closed when they end.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use ajet_cluster::Guard;
use ajet_protocol::{SessionId, UserId};
use parking_lot::Mutex;
use ractor::{Actor, ActorId, ActorRef, SpawnErr};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::actor::{Birth, Connect, Message, Opened, Session};
use super::connection::Scope;
use crate::actors::feed::Feeds;
use crate::actors::runtime::supervise;
use crate::bus::{Bus, EncodedEvent};
use crate::store::{Store, StoreError};

/// The sessions of a node; cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

/// What sessions work with.
#[derive(Clone)]
pub struct SessionServices {
    pub store: Store,
    pub feeds: Feeds,
    pub bus: Bus,
    /// Nothing is delivered while the node is not entitled to.
    pub guard: Arc<Guard>,
    pub queue_frames: usize,
}

struct Inner {
    services: SessionServices,
    live: Mutex<HashMap<SessionId, Live>>,
    streams: Mutex<HashMap<SessionId, Weak<Ending>>>,
    starting: tokio::sync::Mutex<()>,
    supervisor: OnceLock<ActorRef<()>>,
}

struct Live {
    user: UserId,
    actor: ActorRef<Message>,
}

/// What ends a session's streams where they are; held by them, since they may outlive their actor by what they still have
/// to send.
struct Ending(CancellationToken);

/// A connection's beginning, and the guard that tells the session when it ends.
pub struct Connected {
    pub opened: Opened,
    pub guard: Leaving,
    pub ended: CancellationToken,
}

/// Tells its session when the connection ends.
pub struct Leaving {
    actor: ActorRef<Message>,
    sessions: Sessions,
    id: SessionId,
    ending: Arc<Ending>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        metrics::gauge!("ajet_connections").decrement(1);
        let _ = self.actor.cast(Message::Prune);
        let mut streams = self.sessions.0.streams.lock();
        // The last one takes its session's entry along, unless that is a newer one's.
        let own = |entry: &Weak<Ending>| entry.as_ptr() == Arc::as_ptr(&self.ending);
        if Arc::strong_count(&self.ending) == 1 && streams.get(&self.id).is_some_and(own) {
            streams.remove(&self.id);
        }
    }
}

impl Sessions {
    /// Starts without any session.
    ///
    /// # Errors
    /// When the supervisor can't be spawned.
    pub async fn start(services: SessionServices) -> Result<Self, SpawnErr> {
        let sessions = Self(Arc::new(Inner {
            services,
            live: Mutex::default(),
            streams: Mutex::default(),
            starting: tokio::sync::Mutex::new(()),
            supervisor: OnceLock::new(),
        }));
        let told = sessions.clone();
        let supervisor = supervise(move |actor, _| told.ended(actor)).await?;
        let _ = sessions.0.supervisor.set(supervisor);
        Ok(sessions)
    }

    /// Opens a live stream for a session.
    ///
    /// # Errors
    /// [`StoreError`], when what it needs can't be read.
    pub async fn connect(
        &self,
        id: SessionId,
        user: UserId,
        scope: Scope,
        cursor: Option<String>,
    ) -> Result<Connected, StoreError> {
        // A session that ends as its last connection closes may be found just before: then a new one is made.
        for _ in 0..ATTEMPTS {
            let actor = self.actor(id, user).await?;
            let ending = self.ending(id);
            let ended = ending.0.clone();
            let guard = Leaving { actor: actor.clone(), sessions: self.clone(), id, ending };
            metrics::gauge!("ajet_connections").increment(1);
            let (reply, opened) = oneshot::channel();
            let connect = Box::new(Connect { scope, cursor: cursor.clone(), reply });
            if actor.cast(Message::Connect(connect)).is_ok()
                && let Ok(opened) = opened.await
            {
                let connected = Connected { opened: opened?, guard, ended };
                // A sign-out before this session was listed here could not close it.
                if !self.0.services.store.session_is_live(id).await? {
                    self.close(id);
                }
                return Ok(connected);
            }
            self.forget(actor.get_id());
        }
        Err(StoreError::ended())
    }

    /// Ends a session's live streams: no event reaches them any more.
    pub fn close(&self, id: SessionId) {
        if let Some(ending) = self.0.streams.lock().remove(&id).and_then(|entry| entry.upgrade()) {
            ending.0.cancel();
        }
        if let Some(live) = self.0.live.lock().remove(&id) {
            live.actor.kill();
        }
    }

    /// What ends a session's streams.
    fn ending(&self, id: SessionId) -> Arc<Ending> {
        let mut streams = self.0.streams.lock();
        let found = streams.get(&id).and_then(Weak::upgrade);
        found.unwrap_or_else(|| {
            let ending = Arc::new(Ending(CancellationToken::new()));
            streams.insert(id, Arc::downgrade(&ending));
            ending
        })
    }

    /// Closes the sessions that ended unnoticed.
    ///
    /// # Errors
    /// [`StoreError`], when that can't be found out.
    pub async fn close_ended(&self) -> Result<(), StoreError> {
        let open: Vec<_> = self.0.streams.lock().keys().copied().collect();
        self.0.services.store.ended_among(&open).await?.into_iter().for_each(|id| self.close(id));
        Ok(())
    }

    /// Tells a person's sessions that they belong to one more community.
    pub fn belongs(&self, user: UserId, event: &Arc<EncodedEvent>) {
        for live in self.0.live.lock().values().filter(|live| live.user == user) {
            let _ = live.actor.cast(Message::Belongs(Arc::clone(event)));
        }
    }

    /// Where a client that has read everything by now goes on from.
    #[must_use]
    pub fn cursor(&self) -> Arc<str> {
        self.0.services.feeds.cursor().current()
    }

    /// How many sessions of a person live here.
    #[must_use]
    pub fn count_of(&self, user: UserId) -> usize {
        self.0.live.lock().values().filter(|live| live.user == user).count()
    }

    /// Kills a person's session actors (chaos); their clients come back. Whether there was one.
    pub fn kill(&self, user: UserId) -> bool {
        let live = self.0.live.lock();
        let theirs: Vec<_> = live.values().filter(|live| live.user == user).collect();
        theirs.iter().for_each(|live| live.actor.kill());
        !theirs.is_empty()
    }

    /// How many sessions live here.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.live.lock().len()
    }

    /// How many sessions have streams open here, whatever became of their actors.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.streams.lock().len()
    }

    /// Ends all live streams, so that their clients reconnect.
    pub fn close_all(&self) {
        let streams = std::mem::take(&mut *self.0.streams.lock());
        streams.values().filter_map(Weak::upgrade).for_each(|ending| ending.0.cancel());
        let live = std::mem::take(&mut *self.0.live.lock());
        live.values().for_each(|live| live.actor.stop(None));
    }

    /// Ends all live streams one after another over a while, so that their clients don't all come back at once.
    pub async fn close_over(&self, spread: Duration) {
        let ids: Vec<_> = self.0.streams.lock().keys().copied().collect();
        for part in ids.chunks(ids.len().div_ceil(STEPS).max(1)) {
            part.iter().for_each(|id| self.close(*id));
            tokio::time::sleep(spread / u32::try_from(ids.len().min(STEPS)).unwrap_or(1)).await;
        }
        self.close_all();
    }

    async fn actor(&self, id: SessionId, user: UserId) -> Result<ActorRef<Message>, StoreError> {
        let find = || self.0.live.lock().get(&id).map(|live| live.actor.clone());
        if let Some(found) = find() {
            return Ok(found);
        }
        let _one = self.0.starting.lock().await;
        if let Some(found) = find() {
            return Ok(found);
        }
        let birth = Birth { user, services: self.0.services.clone() };
        let failed = StoreError::ended;
        let supervisor = self.0.supervisor.get().ok_or_else(failed)?;
        let spawned = Actor::spawn_linked(None, Session, birth, supervisor.get_cell()).await;
        let (actor, _) = spawned.map_err(|_| failed())?;
        self.0.live.lock().insert(id, Live { user, actor: actor.clone() });
        Ok(actor)
    }

    fn forget(&self, actor: ActorId) {
        self.0.live.lock().retain(|_, live| live.actor.get_id() != actor);
    }

    /// A session actor has ended, in whatever way.
    fn ended(&self, actor: ActorId) {
        self.forget(actor);
        self.0.services.feeds.detach(actor);
    }
}

const ATTEMPTS: usize = 3;
/// Steps in which a node that stops lets go of its streams.
const STEPS: usize = 50;
