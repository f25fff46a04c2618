//! The session's actor: what its person may see goes into the queues of its connections.
//!
//! Every frame is checked by a view of the person's rights that is no older than the event. The actor orders nothing and
//! fills no gaps: its feeds have done that.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ajet_protocol::events::ResyncReason;
use ajet_protocol::subjects::Subject;
use ajet_protocol::{CommunityId, EventType, StreamId, UserId};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::connection::{Connection, Health, Queue, Scope};
use super::services::SessionServices;
use crate::actors::feed::{Cursor, Frame, Sink};
use crate::bus::{Bus, EncodedEvent};
use crate::store::StoreError;
use crate::store::replay::ReplayBudget;
use crate::store::views::View;

/// Events replayed to one connection at most; a client that missed more refetches.
const REPLAY: i64 = 2000;
/// Events passed on to one connection after its person joined a community; past it the client refetches.
const CAUGHT_UP: i64 = 500;

/// Frames to be replayed, and the room that they take.
type Replay = (Vec<Arc<Frame>>, Option<OwnedSemaphorePermit>);

/// What a session's mailbox takes.
pub enum SessionMessage {
    /// A frame with its place in the bounded sink.
    Frame(Arc<Frame>, OwnedSemaphorePermit),
    Connect(Box<Connect>),
    /// The person belongs to one more community, as this event says.
    Belongs(Arc<EncodedEvent>),
    /// The communities that the person belongs to.
    Communities(Arc<[CommunityId]>),
    /// Communities that the session was not told of in time, if it still was not.
    Untold(Vec<CommunityId>),
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
    /// The room that the replay takes on this node, given back when it has been sent.
    pub room: Option<OwnedSemaphorePermit>,
    /// The client's cursor could not be used, or is too far behind: it must refetch.
    pub resync: Option<ResyncReason>,
    pub live: Queue,
}

/// How a session begins.
pub struct Args {
    pub user: UserId,
    pub services: SessionServices,
    /// Room for what is replayed on this node.
    pub room: Arc<Semaphore>,
}

/// The bounded sink of a session: what a feed holds of it.
pub struct SessionSink {
    actor: ActorRef<SessionMessage>,
    places: Arc<Semaphore>,
    behind: Arc<AtomicBool>,
}

impl Sink for SessionSink {
    fn deliver(&self, frame: &Arc<Frame>) {
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => drop(self.actor.cast(SessionMessage::Frame(Arc::clone(frame), place))),
            Err(_) => self.behind.store(true, Ordering::Relaxed),
        }
    }

    fn lost(&self) {
        self.behind.store(true, Ordering::Relaxed);
        let _ = self.actor.cast(SessionMessage::Prune);
    }
}

/// The behaviour.
pub struct Session;

pub struct State {
    args: Args,
    connections: Vec<Connection>,
    views: HashMap<CommunityId, View>,
    sink: Arc<SessionSink>,
    _notices: AbortOnDropHandle<()>,
}

impl Actor for Session {
    type Msg = SessionMessage;
    type State = State;
    type Arguments = Args;

    async fn pre_start(
        &self,
        myself: ActorRef<SessionMessage>,
        args: Args,
    ) -> Result<State, ActorProcessingErr> {
        let places = Arc::new(Semaphore::new(args.services.limits.queue.frames));
        let notices = tokio::spawn(notices(args.services.bus.clone(), args.user, myself.clone()));
        let sink = Arc::new(SessionSink { actor: myself, places, behind: Arc::default() });
        let notices = AbortOnDropHandle::new(notices);
        Ok(State { args, connections: Vec::new(), views: HashMap::new(), sink, _notices: notices })
    }

    async fn handle(
        &self,
        myself: ActorRef<SessionMessage>,
        message: SessionMessage,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SessionMessage::Frame(frame, _place) => state.pass_on(&frame).await,
            SessionMessage::Connect(connect) => {
                // Boxed: otherwise every idle session would reserve what opening needs.
                let opened = Box::pin(state.open(connect.scope, connect.cursor)).await;
                // A client that left while we looked is found by its closed queue.
                let _ = connect.reply.send(opened);
            }
            SessionMessage::Belongs(event) => Box::pin(state.belongs(event)).await,
            SessionMessage::Communities(communities) => state.look_for_untold(&myself, &communities),
            SessionMessage::Untold(communities) => Box::pin(state.catch_up(communities)).await,
            SessionMessage::Prune => {}
        }
        if state.sink.behind.swap(false, Ordering::Relaxed) {
            state.start_over(ResyncReason::Behind);
        }
        state.connections.retain(|connection| connection.health() == Health::Fine);
        if state.connections.is_empty() {
            myself.stop(None);
        }
        Ok(())
    }
}

impl State {
    /// Listens first, then replays, then goes live: nothing falls between, and duplicates are dropped by number.
    async fn open(&mut self, scope: Scope, cursor: Option<String>) -> Result<Opened, StoreError> {
        for community in self.args.services.store.community_ids_of(self.args.user).await? {
            self.listen(community).await?;
        }
        let current = self.args.services.feeds.cursor().current();
        let missed = match &cursor {
            Some(cursor) => self.replay(scope, cursor).await?,
            None => Ok(Replay::default()),
        };
        let (resync, (replay, room)) = match missed {
            Ok(missed) => (None, missed),
            Err(reason) => (Some(reason), Replay::default()),
        };
        let mut replayed: HashMap<StreamId, u64> = HashMap::new();
        for frame in &replay {
            replayed.insert(frame.event.stream, frame.event.seq);
        }
        let (connection, live) = Connection::new(self.args.services.limits.queue, scope, replayed);
        self.connections.push(connection);
        let cursor = cursor.filter(|_| resync.is_none()).map_or(current, Arc::from);
        Ok(Opened { cursor, replay, room, resync, live })
    }

    async fn listen(&mut self, community: CommunityId) -> Result<(), StoreError> {
        if self.views.contains_key(&community) {
            return Ok(());
        }
        let sink: Arc<dyn Sink> = self.sink.clone();
        if !self.args.services.feeds.attach(community, self.sink.actor.get_id(), sink).await {
            return Err(StoreError::ended());
        }
        // Read after attaching: a change of rights in between is in the view, or comes as an event.
        let view = self.args.services.store.view(community, self.args.user).await?;
        self.views.insert(community, view);
        Ok(())
    }

    /// What a cursor has not seen, as far as the person may, or why the client must refetch instead.
    async fn replay(
        &mut self,
        scope: Scope,
        cursor: &str,
    ) -> Result<Result<Replay, ResyncReason>, StoreError> {
        let store = self.args.services.store.clone();
        let log = store.log_identity().await?;
        let Some(position) = Cursor::decode(log, cursor) else { return Ok(Err(ResyncReason::Cursor)) };
        // A narrowed stream's cursor knows nothing of the communities that it left out.
        let covers = position.scope.is_none() || position.scope == scope.community;
        if !covers || !store.can_replay_from(position.snapshot).await? {
            return Ok(Err(ResyncReason::Cursor));
        }
        let communities: Vec<_> =
            self.views.keys().copied().filter(|id| scope.community.is_none_or(|only| only == *id)).collect();
        let budget = ReplayBudget {
            events: REPLAY,
            bytes: self.args.services.limits.replay_bytes,
            room: Arc::clone(&self.args.room),
        };
        let Some(missed) = store.events_after(position.snapshot, &communities, &budget).await? else {
            return Ok(Err(ResyncReason::Budget));
        };
        let mut cursor: Arc<str> = Cursor::encode(log, position.snapshot).into();
        let mut frames = Vec::with_capacity(missed.events.len());
        for (envelope, settled) in &missed.events {
            if let Some(settled) = settled {
                cursor = Cursor::encode(log, settled).into();
            }
            let frame = Frame::replayed(envelope, Arc::clone(&cursor));
            if self.may_see(&frame.event).await {
                frames.push(Arc::new(frame));
            }
        }
        Ok(Ok((frames, Some(missed.room))))
    }

    async fn pass_on(&mut self, frame: &Arc<Frame>) {
        self.args.services.guard.entitled().await;
        if self.may_see(&frame.event).await {
            self.connections.retain_mut(|connection| connection.push(frame) == Health::Fine);
        }
    }

    async fn belongs(&mut self, event: Arc<EncodedEvent>) {
        let Some(community) = event.community_id.filter(|id| !self.views.contains_key(id)) else { return };
        // What was committed between the joining and our listening; what comes live as well is a duplicate.
        let since = match self.listen(community).await {
            Ok(()) => {
                let store = &self.args.services.store;
                store.events_from(event.stream, event.seq, community, CAUGHT_UP).await
            }
            Err(error) => Err(error),
        };
        // Starting over is better than missing some of its events.
        let Ok(since) = since.inspect_err(|error| tracing::warn!(%error, "can't catch up after joining"))
        else {
            return self.start_over(ResyncReason::Behind);
        };
        if since.len() as i64 >= CAUGHT_UP {
            return self.start_over(ResyncReason::Budget);
        }
        let cursor = self.args.services.feeds.cursor().current();
        for envelope in since {
            let event = Arc::new(EncodedEvent::of(&envelope));
            self.pass_on(&Arc::new(Frame::new(event, Arc::clone(&cursor)))).await;
        }
    }

    /// Notes which of the person's communities this session does not know, and looks again when their notice must have come.
    fn look_for_untold(&self, myself: &ActorRef<SessionMessage>, communities: &[CommunityId]) {
        let untold: Vec<_> = communities.iter().copied().filter(|id| !self.views.contains_key(id)).collect();
        if !untold.is_empty() {
            myself.send_after(TOLD_WITHIN, move || SessionMessage::Untold(untold.clone()));
        }
    }

    /// Listens to communities whose notice got lost. Events may have been missed before, so clients refetch.
    async fn catch_up(&mut self, communities: Vec<CommunityId>) {
        let untold: Vec<_> = communities.into_iter().filter(|id| !self.views.contains_key(id)).collect();
        for community in &untold {
            if let Err(error) = self.listen(*community).await {
                tracing::warn!(%error, "can't listen to a community");
            }
        }
        if !untold.is_empty() {
            self.start_over(ResyncReason::Behind);
        }
    }

    /// Tells all clients to refetch, and lets them come back.
    fn start_over(&mut self, reason: ResyncReason) {
        self.connections.drain(..).for_each(|connection| connection.resync(reason));
    }

    /// Whether the person may see an event, by a view no older than the event.
    async fn may_see(&mut self, event: &EncodedEvent) -> bool {
        let Some(community) = event.community_id else { return false };
        let known = self.views.get(&community).map_or(0, |view| view.acl_version);
        if event.acl_version > known {
            match Box::pin(self.args.services.store.view(community, self.args.user)).await {
                Ok(view) => drop(self.views.insert(community, view)),
                Err(error) => {
                    tracing::warn!(%error, "can't read a view; starting the connections over");
                    self.start_over(ResyncReason::Behind);
                    return false;
                }
            }
        }
        self.views.get(&community).is_some_and(|view| visible(view, event))
    }
}

/// Passes on what comes for the person alone, from whichever node: so far, that they belong to one more community.
async fn notices(bus: Bus, user: UserId, session: ActorRef<SessionMessage>) {
    let mut notices = loop {
        match Box::pin(bus.events(Subject::Notifications(user))).await {
            Ok(notices) => break notices,
            Err(_) => tokio::time::sleep(SUBSCRIBE_AGAIN).await,
        }
    };
    while let Some(event) = notices.next().await {
        if event.kind == Some(EventType::MemberJoined) {
            let _ = session.cast(SessionMessage::Belongs(Arc::new(event)));
        }
    }
}

/// How long the notice of a new community may be on its way.
const TOLD_WITHIN: std::time::Duration = std::time::Duration::from_secs(3);
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
