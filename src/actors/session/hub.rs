//! A node's sessions: found or made, and closed when they end.
//!
//! A session that is closed emits nothing from then on, also while its actor is still stopping. Who may sign in, and which
//! sessions have ended, is not decided here.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{CommunityId, SessionId, UserId};
use parking_lot::Mutex;
use ractor::{ActorId, ActorRef, SpawnErr};
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use super::actor::{Args, Connect, Opened, Session, SessionMessage};
use super::alive::{Alive, AliveSessions};
use super::connection::Scope;
use super::services::SessionServices;
use super::streams::{Opening, Streams};
use crate::actors::runtime::{End, NotStarted, Registry};
use crate::bus::EncodedEvent;
use crate::store::StoreError;

/// The sessions of a node; cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

/// KiB that may be replayed on a node at a time.
const REPLAY_ROOM: usize = 64 * 1024;

struct Inner {
    services: SessionServices,
    alive: Mutex<AliveSessions>,
    streams: Mutex<Streams>,
    /// Room for what is replayed just now.
    room: Arc<Semaphore>,
    registry: Registry<SessionId>,
}

/// A connection's beginning, and the guard that tells the session when it ends.
pub struct Connected {
    pub opened: Opened,
    pub guard: ConnectionGuard,
    pub ended: CancellationToken,
}

/// Why there is no new connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The session or its person has as many as they may.
    #[error("too many live streams")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tells its session when the connection ends.
pub struct ConnectionGuard {
    actor: ActorRef<SessionMessage>,
    sessions: Sessions,
    opening: Opening,
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        metrics::gauge!("ajet_connections").decrement(1);
        let _ = self.actor.cast(SessionMessage::Prune);
        self.sessions.0.streams.lock().close_one(&self.opening);
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
            alive: Mutex::default(),
            streams: Mutex::default(),
            room: Arc::new(Semaphore::new(REPLAY_ROOM)),
            registry: Registry::default(),
        }));
        let told = sessions.clone();
        sessions.0.registry.supervise(move |actor, end| told.ended(actor, end)).await?;
        tokio::spawn(sessions.clone().look_for_communities());
        Ok(sessions)
    }

    /// Opens a live stream for a session.
    ///
    /// # Errors
    /// [`ConnectError`], when there are too many, or what it needs can't be read.
    pub async fn connect(
        &self,
        id: SessionId,
        user: UserId,
        scope: Scope,
        cursor: Option<String>,
    ) -> Result<Connected, ConnectError> {
        // A session that ends as its last connection closes may be found just before: then a new one is made.
        for _ in 0..ATTEMPTS {
            let actor = self.actor(id, user).await?;
            let opening = self.0.streams.lock().open_one(id, user, self.0.services.limits.streams);
            let Some(opening) = opening else {
                // It may have been started for this stream alone.
                let _ = actor.cast(SessionMessage::Prune);
                return Err(ConnectError::TooMany);
            };
            let ended = opening.ended.clone();
            let guard = ConnectionGuard { actor: actor.clone(), sessions: self.clone(), opening };
            metrics::gauge!("ajet_connections").increment(1);
            let (reply, opened) = oneshot::channel();
            let connect = Box::new(Connect { scope, cursor: cursor.clone(), reply });
            if actor.cast(SessionMessage::Connect(connect)).is_ok()
                && let Ok(opened) = opened.await
            {
                let connected = Connected { opened: opened?, guard, ended };
                // A sign-out before this session was listed here could not close it.
                if !self.0.services.store.session_is_live(id).await? {
                    self.close(id);
                }
                return Ok(connected);
            }
            self.0.alive.lock().remove_actor(id, actor.get_id());
        }
        Err(StoreError::ended().into())
    }

    /// Ends a session's live streams: no event reaches them any more.
    pub fn close(&self, id: SessionId) {
        self.0.streams.lock().end(id);
        if let Some(alive) = self.0.alive.lock().remove(id) {
            alive.actor.kill();
        }
    }

    /// Closes the sessions that ended unnoticed.
    ///
    /// # Errors
    /// [`StoreError`], when that can't be found out.
    pub async fn close_ended(&self) -> Result<(), StoreError> {
        let open = self.0.streams.lock().sessions();
        self.0.services.store.ended_among(&open).await?.into_iter().for_each(|id| self.close(id));
        Ok(())
    }

    /// Tells a person's sessions that they belong to one more community.
    pub fn belongs(&self, user: UserId, event: &Arc<EncodedEvent>) {
        for alive in self.0.alive.lock().of(user) {
            let _ = alive.actor.cast(SessionMessage::Belongs(Arc::clone(event)));
        }
    }

    /// Finds communities that sessions were not told of: the notice of a new one may get lost with a connection to NATS. Now
    /// and then, and whenever NATS is back.
    async fn look_for_communities(self) {
        let mut connected = self.0.services.bus.connections();
        loop {
            let _ = tokio::time::timeout(LOOK_FOR_COMMUNITIES, connected.changed()).await;
            let people = self.0.alive.lock().people();
            for some in people.chunks(PEOPLE) {
                match self.0.services.store.communities_of_all(some).await {
                    Ok(found) => self.tell_communities(found),
                    Err(error) => tracing::debug!(%error, "can't look for new communities"),
                }
            }
        }
    }

    fn tell_communities(&self, found: Vec<(UserId, CommunityId)>) {
        let mut of: HashMap<UserId, Vec<CommunityId>> = HashMap::new();
        found.into_iter().for_each(|(user, community)| of.entry(user).or_default().push(community));
        let alive = self.0.alive.lock();
        for (user, communities) in of {
            let communities: Arc<[CommunityId]> = communities.into();
            for session in alive.of(user) {
                let _ = session.actor.cast(SessionMessage::Communities(Arc::clone(&communities)));
            }
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
        self.0.alive.lock().of(user).count()
    }

    /// Kills a person's session actors (chaos); their clients come back. Whether there was one.
    pub fn kill(&self, user: UserId) -> bool {
        let alive = self.0.alive.lock();
        alive.of(user).map(|session| session.actor.kill()).count() > 0
    }

    /// How many sessions live here.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.alive.lock().len()
    }

    /// How many sessions have streams open here, whatever became of their actors.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.streams.lock().len()
    }

    /// Ends all live streams, so that their clients reconnect.
    pub fn close_all(&self) {
        let open = self.0.streams.lock().sessions();
        open.into_iter().for_each(|id| self.0.streams.lock().end(id));
        let alive = self.0.alive.lock().drain();
        alive.iter().for_each(|session| session.actor.stop(None));
    }

    /// Ends all live streams one after another over a while, so that their clients don't all come back at once.
    pub async fn close_over(&self, spread: Duration) {
        let ids = self.0.streams.lock().sessions();
        for part in ids.chunks(ids.len().div_ceil(STEPS).max(1)) {
            part.iter().for_each(|id| self.close(*id));
            tokio::time::sleep(spread / u32::try_from(ids.len().min(STEPS)).unwrap_or(1)).await;
        }
        self.close_all();
    }

    async fn actor(&self, id: SessionId, user: UserId) -> Result<ActorRef<SessionMessage>, StoreError> {
        let find = || self.0.alive.lock().get(id).map(|alive| alive.actor.clone());
        let found = self.0.registry.find_or_start(id, find, || self.start_actor(id, user)).await;
        found.map_err(|NotStarted| StoreError::ended())
    }

    async fn start_actor(&self, id: SessionId, user: UserId) -> Result<ActorRef<SessionMessage>, NotStarted> {
        let args = Args { user, services: self.0.services.clone(), room: Arc::clone(&self.0.room) };
        let actor = self.0.registry.spawn(id, Session, args).await?;
        self.0.alive.lock().insert(id, Alive { user, actor: actor.clone() });
        Ok(actor)
    }

    /// A session actor has ended, in whatever way.
    fn ended(&self, actor: ActorId, end: End) {
        if end == End::Crashed {
            tracing::error!("a session crashed");
        }
        if let Some(id) = self.0.registry.ended(actor) {
            self.0.alive.lock().remove_actor(id, actor);
        }
        self.0.services.feeds.detach(actor);
    }
}

const ATTEMPTS: usize = 3;
/// Steps in which a node that stops lets go of its streams.
const STEPS: usize = 50;
/// Between two looks for communities that sessions were not told of.
const LOOK_FOR_COMMUNITIES: Duration = Duration::from_secs(60);
/// People whose communities are read in one statement.
const PEOPLE: usize = 1000;
