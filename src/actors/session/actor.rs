//! The session's actor.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ajet_protocol::subjects::Subject;
use ajet_protocol::{CommunityId, EventType, StreamId, UserId};
use futures::StreamExt;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::connection::{Connection, Health, Outgoing, Scope};
use super::hub::SessionServices;
use crate::actors::feed::{Cursor, Frame, Sink};
use crate::bus::{Bus, EncodedEvent};
use crate::store::StoreError;
use crate::store::views::View;

/// Events replayed to one connection at most; who missed more refetches.
const REPLAY: i64 = 2000;

/// What a session's mailbox takes.
pub enum Message {
    /// A frame with its place in the bounded supply.
    Frame(Arc<Frame>, OwnedSemaphorePermit),
    Connect(Box<Connect>),
    /// The person belongs to one more community, as this event says.
    Belongs(Arc<EncodedEvent>),
    /// A connection may have ended.
    Prune,
}

/// A new connection.
pub struct Connect {
    pub scope: Scope,
    /// Where the client left off.
    pub cursor: Option<String>,
    pub reply: oneshot::Sender<Result<Opened, StoreError>>,
}

/// A connection's beginning.
pub struct Opened {
    /// The cursor of the first frame.
    pub cursor: Arc<str>,
    /// What the client missed; comes before anything live.
    pub replay: Vec<Arc<Frame>>,
    /// The client's cursor could not be used: it must refetch.
    pub resync: bool,
    pub live: mpsc::Receiver<Outgoing>,
}

/// How a session begins.
pub struct Birth {
    pub user: UserId,
    pub services: SessionServices,
}

/// The bounded supply of a session: what a feed holds of it.
pub struct Supply {
    actor: ActorRef<Message>,
    places: Arc<Semaphore>,
    behind: Arc<AtomicBool>,
}

impl Sink for Supply {
    fn deliver(&self, frame: &Arc<Frame>) {
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => drop(self.actor.cast(Message::Frame(Arc::clone(frame), place))),
            Err(_) => self.behind.store(true, Ordering::Relaxed),
        }
    }

    fn lost(&self) {
        self.behind.store(true, Ordering::Relaxed);
        let _ = self.actor.cast(Message::Prune);
    }
}

/// The behaviour.
pub struct Session;

pub struct State {
    birth: Birth,
    connections: Vec<Connection>,
    views: HashMap<CommunityId, View>,
    supply: Arc<Supply>,
    _notices: AbortOnDropHandle<()>,
}

impl Actor for Session {
    type Msg = Message;
    type State = State;
    type Arguments = Birth;

    async fn pre_start(&self, myself: ActorRef<Message>, birth: Birth) -> Result<State, ActorProcessingErr> {
        let places = Arc::new(Semaphore::new(birth.services.queue_frames));
        let notices = tokio::spawn(notices(birth.services.bus.clone(), birth.user, myself.clone()));
        let supply = Arc::new(Supply { actor: myself, places, behind: Arc::default() });
        let notices = AbortOnDropHandle::new(notices);
        Ok(State { birth, connections: Vec::new(), views: HashMap::new(), supply, _notices: notices })
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Frame(frame, _place) => state.pass_on(&frame).await,
            Message::Connect(connect) => {
                // In a box: what opening needs would be part of every idle session else.
                let opened = Box::pin(state.open(connect.scope, connect.cursor)).await;
                // A client that left while we looked is found by its closed queue.
                let _ = connect.reply.send(opened);
            }
            Message::Belongs(event) => Box::pin(state.belongs(event)).await,
            Message::Prune => {}
        }
        if state.supply.behind.swap(false, Ordering::Relaxed) {
            state.connections.drain(..).for_each(|connection| connection.resync());
        }
        state.connections.retain(|connection| connection.health() == Health::Fine);
        if state.connections.is_empty() {
            myself.stop(None);
        }
        Ok(())
    }
}

impl State {
    /// Listens first, then replays, then goes live: nothing falls between, and doubles are dropped by number.
    async fn open(&mut self, scope: Scope, cursor: Option<String>) -> Result<Opened, StoreError> {
        for community in self.birth.services.store.community_ids_of(self.birth.user).await? {
            self.listen(community).await?;
        }
        let current = self.birth.services.feeds.cursor().current();
        let (replay, resync) = match &cursor {
            Some(cursor) => self.replay(scope, cursor).await?,
            None => (Vec::new(), false),
        };
        let mut replayed: HashMap<StreamId, u64> = HashMap::new();
        for frame in &replay {
            replayed.insert(frame.event.stream, frame.event.seq);
        }
        let (connection, live) = Connection::new(self.birth.services.queue_frames, scope, replayed);
        self.connections.push(connection);
        let cursor = cursor.filter(|_| !resync).map_or(current, Arc::from);
        Ok(Opened { cursor, replay, resync, live })
    }

    async fn listen(&mut self, community: CommunityId) -> Result<(), StoreError> {
        if self.views.contains_key(&community) {
            return Ok(());
        }
        let supply: Arc<dyn Sink> = self.supply.clone();
        if !self.birth.services.feeds.attach(community, self.supply.actor.get_id(), supply).await {
            return Err(StoreError::ended());
        }
        // Read after attaching: a change of rights in between is in the view, or comes as an event.
        let view = self.birth.services.store.view(community, self.birth.user).await?;
        self.views.insert(community, view);
        Ok(())
    }

    /// What a cursor has not seen, as far as the person may; true where the client must refetch instead.
    async fn replay(&mut self, scope: Scope, cursor: &str) -> Result<(Vec<Arc<Frame>>, bool), StoreError> {
        let store = self.birth.services.store.clone();
        let database = store.database_id().await?;
        let Some(snapshot) = Cursor::decode(database, cursor) else { return Ok((vec![], true)) };
        if !store.can_replay_from(snapshot).await? {
            return Ok((vec![], true));
        }
        let communities: Vec<_> =
            self.views.keys().copied().filter(|id| scope.community.is_none_or(|only| only == *id)).collect();
        let missed = store.events_after(snapshot, &communities, REPLAY + 1).await?;
        if missed.len() as i64 > REPLAY {
            return Ok((vec![], true));
        }
        let mut cursor: Arc<str> = cursor.into();
        let mut frames = Vec::with_capacity(missed.len());
        for (envelope, settled) in &missed {
            if let Some(settled) = settled {
                cursor = Cursor::encode(database, settled).into();
            }
            let event = Arc::new(EncodedEvent::of(envelope));
            if self.may_see(&event).await {
                frames.push(Arc::new(Frame::new(event, Arc::clone(&cursor))));
            }
        }
        Ok((frames, false))
    }

    async fn pass_on(&mut self, frame: &Arc<Frame>) {
        self.birth.services.guard.entitled().await;
        if self.may_see(&frame.event).await {
            self.connections.retain_mut(|connection| connection.push(frame) == Health::Fine);
        }
    }

    async fn belongs(&mut self, event: Arc<EncodedEvent>) {
        let Some(community) = event.community_id.filter(|id| !self.views.contains_key(id)) else { return };
        if self.listen(community).await.is_err() {
            // Better to start over than to stay deaf to a community.
            self.connections.drain(..).for_each(|connection| connection.resync());
            return;
        }
        // What was committed between the joining and our listening; what comes live as well is a double.
        let since = self.birth.services.store.events_from(event.stream, event.seq, community, REPLAY).await;
        let cursor = self.birth.services.feeds.cursor().current();
        for envelope in since.unwrap_or_default() {
            let event = Arc::new(EncodedEvent::of(&envelope));
            self.pass_on(&Arc::new(Frame::new(event, Arc::clone(&cursor)))).await;
        }
    }

    /// Whether the person may see an event, by a view no older than the event.
    async fn may_see(&mut self, event: &EncodedEvent) -> bool {
        let Some(community) = event.community_id else { return false };
        let known = self.views.get(&community).map_or(0, |view| view.acl_version);
        if event.acl_version > known {
            match Box::pin(self.birth.services.store.view(community, self.birth.user)).await {
                Ok(view) => drop(self.views.insert(community, view)),
                Err(error) => {
                    tracing::warn!(%error, "can't read a view; starting the connections over");
                    self.connections.drain(..).for_each(|connection| connection.resync());
                    return false;
                }
            }
        }
        self.views.get(&community).is_some_and(|view| visible(view, event))
    }
}

/// Passes on what comes for the person alone, from whichever node: so far, that they belong to one more community.
async fn notices(bus: Bus, user: UserId, session: ActorRef<Message>) {
    let subject = Subject::Notifications(user).to_string();
    let mut notices = loop {
        match Box::pin(bus.subscribe(&subject)).await {
            Ok(notices) => break notices,
            Err(_) => tokio::time::sleep(SUBSCRIBE_AGAIN).await,
        }
    };
    while let Some(notice) = notices.next().await {
        let Ok(event) = EncodedEvent::parse(notice.payload) else { continue };
        if event.kind == Some(EventType::MemberJoined) {
            let _ = session.cast(Message::Belongs(Arc::new(event)));
        }
    }
}

const SUBSCRIBE_AGAIN: std::time::Duration = std::time::Duration::from_millis(500);

/// Channel events reach those who joined the channel; what concerns a channel itself, everybody who may know of it; the
/// rest, every member.
fn visible(view: &View, event: &EncodedEvent) -> bool {
    use EventType::{ChannelCreated, ChannelDeleted, ChannelUpdated, MemberJoined, MemberLeft};
    let Some(channel) = event.channel_id else { return view.member };
    match event.kind {
        Some(ChannelCreated | ChannelUpdated | ChannelDeleted | MemberJoined | MemberLeft) => {
            view.sees(channel)
        }
        _ => view.joined(channel),
    }
}
