//! A node's sessions: found or made, and closed when they end.
//!
//! A session that is closed emits nothing from then on, also while its actor is still stopping. Who may sign in, and which
//! sessions have ended, is not decided here.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{CommunityId, SessionId, Topic, UserId};
use parking_lot::Mutex;
use ractor::{ActorId, ActorRef, SpawnErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::actor::{Args, Connect, Opened, Session, SessionMessage};
use super::alive::{Alive, AliveSessions};
use super::listening::Listening;
use super::services::SessionServices;
use super::streams::{Opening, Streams};
use crate::actors::feed::{Narrowed, Turnover};
use crate::actors::runtime::{End, NotStarted, Registry};
use crate::store::StoreError;

/// The sessions of a node; cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

/// KiB that may be replayed on a node at a time.
const REPLAY_ROOM: usize = 64 * 1024;
/// Sessions that come back at the same time and read what they missed. More would make all of them slower than a request may take, and
/// what was read for those who give up would be read again.
const COMING_BACK: usize = 8;

struct Inner {
    services: SessionServices,
    alive: Mutex<AliveSessions>,
    streams: Mutex<Streams>,
    /// Room for what is replayed just now.
    room: Arc<Semaphore>,
    /// Turns to come back.
    turns: Arc<Semaphore>,
    registry: Registry<SessionId>,
}

/// A connection's beginning, and the guard that tells the session when it ends.
pub struct Connected {
    pub opened: Opened,
    pub guard: ConnectionGuard,
    /// Ends the connection, for whatever reason.
    pub cut: CancellationToken,
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
    pub async fn start(
        services: SessionServices,
        arrivals: mpsc::Receiver<(UserId, Topic)>,
    ) -> Result<Self, SpawnErr> {
        let sessions = Self(Arc::new(Inner {
            services,
            alive: Mutex::default(),
            streams: Mutex::default(),
            room: Arc::new(Semaphore::new(REPLAY_ROOM)),
            turns: Arc::new(Semaphore::new(COMING_BACK)),
            registry: Registry::default(),
        }));
        let told = sessions.clone();
        sessions.0.registry.supervise(move |actor, end| told.ended(actor, end)).await?;
        tokio::spawn(sessions.clone().receive(arrivals));
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
        scope: Narrowed,
        cursor: Option<String>,
    ) -> Result<Connected, ConnectError> {
        let mut turn = self.turn(id, cursor.is_some()).await;
        // A session that ends as its last connection closes may be found just before: then a new one is made.
        for _ in 0..ATTEMPTS {
            let actor = self.actor(id, user).await?;
            let opening = self.0.streams.lock().open_one(id, user, self.0.services.limits.streams);
            let Some(opening) = opening else {
                // It may have been started for this stream alone.
                let _ = actor.cast(SessionMessage::Prune);
                return Err(ConnectError::TooMany);
            };
            let cut = opening.ended.child_token();
            let guard = ConnectionGuard { actor: actor.clone(), sessions: self.clone(), opening };
            metrics::gauge!("ajet_connections").increment(1);
            let (reply, opened) = oneshot::channel();
            let connect = Box::new(Connect {
                scope,
                cursor: cursor.clone(),
                cut: cut.clone(),
                turn: turn.take(),
                reply,
            });
            if actor.cast(SessionMessage::Connect(connect)).is_ok()
                && let Ok(opened) = opened.await
            {
                return Ok(Connected { opened: opened?, guard, cut });
            }
            let gone = self.0.alive.lock().remove_actor(id, actor.get_id());
            // Its other connections have no actor any more.
            if let Some(alive) = gone {
                alive.listening.cut();
            }
        }
        Err(StoreError::ended().into())
    }

    /// Ends a session's live streams: no event reaches them any more.
    pub fn close(&self, id: SessionId) {
        let gone = self.0.alive.lock().remove(id);
        if let Some(alive) = gone {
            alive.actor.kill();
        }
        // Afterwards: a stream that is opened meanwhile is ended too, or its session is killed before it takes it.
        self.0.streams.lock().end(id);
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

    /// Whether a session of a person here does not listen to a topic.
    #[must_use]
    pub fn lack(&self, user: UserId, topic: Topic) -> bool {
        self.0.alive.lock().of(user).any(|alive| !alive.listening.has(topic))
    }

    /// Has a person's sessions listen to one more community or direct message, if the person belongs to it. Returns when they do.
    pub async fn belongs(&self, user: UserId, topic: Topic) {
        let lacking: Vec<_> = {
            let alive = self.0.alive.lock();
            alive.of(user).filter(|alive| !alive.listening.has(topic)).cloned().collect()
        };
        // The watermark does not pass an arrival that sessions were not told of: this snapshot has not seen it.
        let since = self.0.services.feeds.cursors().snapshot();
        for alive in lacking {
            let (done, listens) = oneshot::channel();
            if alive.actor.cast(SessionMessage::Belongs(topic, Arc::clone(&since), done)).is_ok() {
                let _ = tokio::time::timeout(BELONGS_WITHIN, listens).await;
            }
        }
    }

    /// Finds out whose rights changed up to now in the communities that people here listen to. The sessions of those who are out of one end,
    /// before the event comes that would tell them so, and of those of whom it is not known in time.
    ///
    /// # Errors
    /// [`StoreError`], when it can't be found out of anyone.
    pub async fn know_rights(&self) -> Result<(), StoreError> {
        let out = self.0.services.rights.settle_communities(KNOWN_WITHIN).await?;
        out.into_iter().for_each(|user| self.start_over(user));
        Ok(())
    }

    /// Ends a person's sessions here: who comes back is looked up in the store, and gets what that says.
    fn start_over(&self, user: UserId) {
        let sessions = self.0.alive.lock().sessions_of(user);
        sessions.into_iter().for_each(|id| self.close(id));
    }

    /// Forgets what is remembered of rights, which are read anew.
    pub fn forget_rights(&self) {
        self.0.services.rights.forget();
    }

    /// Takes what the people's feed hears of arrivals.
    async fn receive(self, mut arrivals: mpsc::Receiver<(UserId, Topic)>) {
        while let Some((user, topic)) = arrivals.recv().await {
            tokio::spawn({
                let sessions = self.clone();
                async move { sessions.belongs(user, topic).await }
            });
        }
    }

    /// Takes back what is under way of a community to a person who belongs to it no more: when this returns, nothing of it
    /// reaches their streams here. A stream that does not take what is under way is ended, and so are the sessions, where it can't be
    /// found out in time what that is.
    pub async fn purge(&self, community: CommunityId, user: UserId) {
        let concerned: Vec<Arc<Listening>> =
            self.0.alive.lock().of(user).map(|alive| Arc::clone(&alive.listening)).collect();
        if concerned.is_empty() {
            return;
        }
        if tokio::time::timeout(PURGED_WITHIN, self.settle(community)).await.is_err() {
            // The rights that are known here may be those of before, and the window holds what they let through.
            self.start_over(user);
            return;
        }
        // Only now: one that was about to listen to the community has found by these rights that it may not.
        let concerned = concerned.iter().filter(|listening| listening.has(Topic::Community(community)));
        let places = concerned.flat_map(|listening| listening.places());
        futures::future::join_all(places.map(|place| async move {
            if !place.settles(TAKEN_WITHIN).await {
                place.cut.cancel();
            }
        }))
        .await;
    }

    /// Waits until what the log has of a community's own stream is delivered here, by the rights of now.
    async fn settle(&self, community: CommunityId) {
        let SessionServices { store, rights, feeds, .. } = &self.0.services;
        loop {
            let read = async {
                rights.refresh(community).await?;
                store.position_of(community.into()).await
            };
            match read.await {
                Ok(Some((head, _))) => {
                    let topic = Topic::Community(community);
                    feeds.tell(topic, community.into(), head);
                    while !feeds.has_delivered(topic, community.into(), head) {
                        tokio::time::sleep(LOOK_AGAIN).await;
                    }
                    return;
                }
                Ok(None) => return,
                Err(error) => tracing::debug!(%error, "can't read what rights changed"),
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Tells a person's streams here who came online and went on all nodes.
    pub fn turn_over(&self, user: UserId, turnover: &Arc<Turnover>) {
        let alive = self.0.alive.lock();
        for place in alive.of(user).flat_map(|alive| alive.listening.places()) {
            place.turn_over(Arc::clone(turnover));
        }
    }

    /// How many sessions of a person live here.
    #[must_use]
    pub fn count_of(&self, user: UserId) -> usize {
        self.0.alive.lock().of(user).filter(|alive| !alive.listening.is_idle()).count()
    }

    /// Kills a person's session actors (chaos); their clients come back. Whether there was one.
    pub fn kill(&self, user: UserId) -> bool {
        let alive = self.0.alive.lock();
        alive.of(user).map(|session| session.actor.kill()).count() > 0
    }

    /// How many sessions live here.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.streams.lock().len()
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

    /// A turn to read, for a session that comes back and is not here: one that is here finds what it listens to, and one without a cursor
    /// missed nothing. Waited for as long as the request lasts.
    async fn turn(&self, id: SessionId, comes_back: bool) -> Option<OwnedSemaphorePermit> {
        let is_here = self.0.alive.lock().get(id).is_some_and(|alive| alive.listening.has_entered());
        if is_here || !comes_back {
            return None;
        }
        Arc::clone(&self.0.turns).acquire_owned().await.ok()
    }

    async fn actor(&self, id: SessionId, user: UserId) -> Result<ActorRef<SessionMessage>, StoreError> {
        let find = || self.0.alive.lock().get(id).map(|alive| alive.actor.clone());
        let found = self.0.registry.find_or_start(id, find, || self.start_actor(id, user)).await;
        found.map_err(|NotStarted| StoreError::ended())
    }

    async fn start_actor(&self, id: SessionId, user: UserId) -> Result<ActorRef<SessionMessage>, NotStarted> {
        let services = self.0.services.clone();
        let (rights, feeds) = (services.rights.clone(), services.feeds.clone());
        let listening = Arc::new(Listening::new(user, rights, feeds));
        let args = Args { listening: Arc::clone(&listening), services, room: Arc::clone(&self.0.room) };
        let actor = self.0.registry.spawn(id, Session, args).await?;
        self.0.alive.lock().insert(id, Alive { user, actor: actor.clone(), listening });
        Ok(actor)
    }

    /// A session actor has ended, in whatever way.
    fn ended(&self, actor: ActorId, end: End) {
        if end == End::Crashed {
            tracing::error!("a session crashed");
        }
        let Some(id) = self.0.registry.ended(actor) else { return };
        let gone = self.0.alive.lock().remove_actor(id, actor);
        // No one would tell its connections of a new community any more.
        if let Some(alive) = gone {
            alive.listening.cut();
        }
    }
}

const ATTEMPTS: usize = 3;
/// Steps in which a node that stops lets go of its streams.
const STEPS: usize = 50;
/// How long a session may take to listen to one more community, before others go on without it.
const BELONGS_WITHIN: Duration = Duration::from_secs(5);
/// How long a node that had stopped emitting looks whose rights changed.
const KNOWN_WITHIN: Duration = Duration::from_secs(1);
/// How long a purge looks for what is under way to a node, and then for its reader to take it.
const PURGED_WITHIN: Duration = Duration::from_millis(700);
const TAKEN_WITHIN: Duration = Duration::from_millis(200);
const LOOK_AGAIN: Duration = Duration::from_millis(2);
