//! The session's actor: opens connections, and knows what they listen to. Frames do not pass through it.
//!
//! It stays for a while after its last connection: a client that comes back finds what it listens to, and its place in the
//! window, without a look at the store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_protocol::Topic;
use ajet_protocol::events::{ResyncReason, RightsChanged};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use super::connection::{Beginning, Connection};
use super::listening::Listening;
use super::replay::{From, Missed, know_rights, missed};
use super::services::SessionServices;
use crate::actors::feed::{Narrowed, Place, Position, WINDOW_STAYS};
use crate::store::StoreError;

/// What a session's mailbox takes.
pub enum SessionMessage {
    Connect(Box<Connect>),
    /// The person may belong to one more community or direct message; answered when the session listens to it, if so.
    /// With a snapshot of the log that has not seen the arrival.
    Belongs(Topic, Arc<str>, oneshot::Sender<()>),
    /// A connection may have ended, or none has come for a while.
    Prune,
}

/// A new connection.
pub struct Connect {
    pub scope: Narrowed,
    /// Where the client left off.
    pub cursor: Option<String>,
    /// Ends the connection.
    pub cut: CancellationToken,
    /// The turn in which it reads, given back when it has.
    pub turn: Option<OwnedSemaphorePermit>,
    pub reply: oneshot::Sender<Result<Opened, StoreError>>,
}

/// A connection's beginning.
pub struct Opened {
    /// Where the client goes on from: the `id:` of `resync`, or else of the first frame.
    pub cursor: String,
    /// The client's cursor could not be used, or is too far behind: it must refetch.
    pub resync: Option<ResyncReason>,
    pub connection: Connection,
}

/// How a session begins.
pub struct Args {
    pub listening: Arc<Listening>,
    pub services: SessionServices,
    /// Room for what is replayed on this node.
    pub room: Arc<Semaphore>,
}

/// The behaviour.
pub struct Session;

pub struct State {
    args: Args,
    /// Whether the store was asked what the person belongs to.
    knows_topics: bool,
    /// Since when there is no connection.
    idle: Option<Instant>,
    /// Whether it looks again after a while.
    pruning: bool,
}

impl Actor for Session {
    type Msg = SessionMessage;
    type State = State;
    type Arguments = Args;

    async fn pre_start(&self, _: ActorRef<SessionMessage>, args: Args) -> Result<State, ActorProcessingErr> {
        Ok(State { args, knows_topics: false, idle: Some(Instant::now()), pruning: false })
    }

    async fn handle(
        &self,
        myself: ActorRef<SessionMessage>,
        message: SessionMessage,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SessionMessage::Connect(connect) => {
                let Connect { scope, cursor, cut, turn, reply } = *connect;
                if reply.is_closed() {
                    // It has come back meanwhile, or is gone: no work for it.
                    return Ok(());
                }
                // Boxed: otherwise every idle session would reserve what opening needs.
                let opened = Box::pin(state.open(scope, cursor, cut)).await;
                drop(turn);
                // A client that left while we looked takes its connection along.
                let _ = reply.send(opened);
            }
            SessionMessage::Belongs(topic, since, done) => {
                Box::pin(state.belongs(topic, since)).await;
                let _ = done.send(());
            }
            SessionMessage::Prune => state.pruning = false,
        }
        state.prune(&myself);
        Ok(())
    }
}

impl State {
    /// Listens first, then looks what was missed, then goes live: nothing falls between, and duplicates are dropped by number.
    async fn open(
        &mut self,
        scope: Narrowed,
        cursor: Option<String>,
        cut: CancellationToken,
    ) -> Result<Opened, StoreError> {
        let Args { listening, services, .. } = &self.args;
        let place = Arc::new(Place::new(listening.user(), scope, cut));
        let mut attached = Attached { listening: Arc::clone(listening), place: Some(Arc::clone(&place)) };
        listening.attach(&place).await?;
        if !self.knows_topics {
            let topics = services.store.topics_of(listening.user()).await?;
            listening.enter(topics.own_head);
            for (topic, version, head) in topics.all() {
                // What is remembered of the person here may be from before they came to it.
                services.rights.at_least(topic, version).await?;
                listening.add(topic, head, None).await?;
                listening.caught_up(topic);
            }
            self.knows_topics = true;
        }
        let cursors = services.feeds.cursors();
        // In this order: everything that the snapshot sees has been told of, and what comes later than `position` is told to
        // this connection as well.
        let (snapshot, position) = (cursors.snapshot(), services.feeds.window().barrier());
        let now =
            || cursors.encode(&Position { snapshot: &*snapshot, number: position, scope: scope.community });
        let begun = match &cursor {
            None => Begun::Live,
            Some(cursor) => self.resumed(&place, cursor).await?,
        };
        let Args { listening, services, .. } = &self.args;
        let (own, position, from, missed, resync) = match begun {
            Begun::Live => (now(), position, snapshot, Missed::default(), None),
            Begun::Refetch(reason) => (now(), position, snapshot, Missed::default(), Some(reason)),
            Begun::Window { number, snapshot, rights } => {
                // The connection looks at first by itself.
                place.owe(number + 1);
                let missed = Missed { rights, number, ..Missed::default() };
                (cursor.unwrap_or_default(), number, snapshot, missed, None)
            }
            Begun::Log { snapshot, missed } => (cursor.unwrap_or_default(), position, snapshot, missed, None),
        };
        attached.place = None;
        let connection = Connection::new(Beginning {
            services: services.clone(),
            room: Arc::clone(&self.args.room),
            listening: Arc::clone(listening),
            place,
            position,
            snapshot: from,
            missed,
        });
        Ok(Opened { cursor: own, resync, connection })
    }

    /// From where a client with a cursor goes on.
    async fn resumed(&self, place: &Place, cursor: &str) -> Result<Begun, StoreError> {
        let Args { listening, services, room } = &self.args;
        let Some(position) = services.feeds.cursors().decode(cursor) else {
            return Ok(Begun::Refetch(ResyncReason::Cursor));
        };
        // A narrowed stream's cursor knows nothing of the communities that it left out.
        let covers = position.scope.is_none() || position.scope == place.scope.community;
        if !covers {
            return Ok(Begun::Refetch(ResyncReason::Cursor));
        }
        let snapshot: Arc<str> = position.snapshot.as_str().into();
        if position.number > 0
            && listening.reaches_back_to(position.number, place.scope)
            && let Some(rights) = listening.rights_changed_since(position.number, place.scope)
        {
            if place.scope.community.is_some() {
                // The rights of what it leaves out may not be followed here, yet the person's own stream tells of that too.
                know_rights(services, listening, None).await?;
            }
            return Ok(Begun::Window { number: position.number, snapshot, rights });
        }
        let from = From { snapshot: &position.snapshot, scope: place.scope, only: None };
        Ok(match missed(services, room, listening, from).await? {
            Ok(missed) => Begun::Log { snapshot, missed },
            Err(reason) => Begun::Refetch(reason),
        })
    }

    /// Listens to one more topic. What was committed between the person's arrival and now is read from the log.
    async fn belongs(&mut self, topic: Topic, since: Arc<str>) {
        let Args { listening, services, .. } = &self.args;
        if listening.has(topic) {
            return;
        }
        let added = async {
            services.rights.refresh(topic).await?;
            let head = match topic {
                Topic::Dm(dm) => services.store.position_of(dm.into()).await?.map_or(0, |(head, _)| head),
                // A feed of its own reads where its streams stand.
                Topic::Community(_) | Topic::Person(_) => 0,
            };
            listening.add(topic, head, Some(&since)).await
        };
        match added.await {
            Ok(true) => listening.caught_up(topic),
            Ok(false) => {}
            Err(error) => {
                // Their clients come back, and find it then.
                tracing::warn!(%error, "can't listen to one more topic; starting the connections over");
                self.knows_topics = false;
                listening.cut();
            }
        }
    }

    /// A session without a connection ends after a while.
    fn prune(&mut self, myself: &ActorRef<SessionMessage>) {
        if !self.args.listening.is_idle() {
            self.idle = None;
            return;
        }
        let since = *self.idle.get_or_insert_with(Instant::now);
        if since.elapsed() >= WINDOW_STAYS {
            myself.stop(None);
        } else if !std::mem::replace(&mut self.pruning, true) {
            myself.send_after(WINDOW_STAYS - since.elapsed() + SLACK, || SessionMessage::Prune);
        }
    }
}

/// Timers may be early by as much.
const SLACK: Duration = Duration::from_millis(20);

/// How a connection begins.
enum Begun {
    /// With what comes from now on.
    Live,
    /// With what comes from now on, after the client has refetched.
    Refetch(ResyncReason),
    /// Out of the window, exactly where it was.
    Window { number: u64, snapshot: Arc<str>, rights: Option<RightsChanged> },
    /// From the log.
    Log { snapshot: Arc<str>, missed: Missed },
}

/// Lets go of a place whose connection did not come about.
struct Attached {
    listening: Arc<Listening>,
    place: Option<Arc<Place>>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        if let Some(place) = &self.place {
            self.listening.detach(place);
        }
    }
}
