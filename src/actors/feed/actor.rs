//! The feed's actor: orders what comes from entities here, from NATS and from the log, and hands it to sessions.
//!
//! Nothing is handed over twice or out of order. It checks no rights: each session does, for its own person.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::subjects::Subject;
use ajet_protocol::{CommunityId, StreamId};
use parking_lot::Mutex;
use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef};
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

use super::cursor::Cursor;
use super::frame::Frame;
use super::order::{Gap, Order};
use crate::bus::{Bus, EncodedEvent, Events};
use crate::store::{Store, StoreError};

/// Where a session takes its frames; never waits.
pub trait Sink: Send + Sync {
    /// Takes a frame, or notes that the session fell behind.
    fn deliver(&self, frame: &Arc<Frame>);
    /// Notes that events may be missing from now on: the session starts its connections over.
    fn lost(&self);
}

/// What a feed's mailbox takes.
pub enum FeedMessage {
    /// From an entity on this node.
    Local(Arc<EncodedEvent>),
    /// From NATS, with a good seal.
    Remote(Box<EncodedEvent>),
    /// From the log: all there is of a gap.
    Filled(Gap, Vec<Arc<EncodedEvent>>),
    /// The log has this stream up to here.
    Behind(StreamId, u64),
    Attach(ActorId, Arc<dyn Sink>, oneshot::Sender<()>),
    Detach(ActorId),
}

/// How a feed begins.
pub struct Args {
    pub community: CommunityId,
    pub store: Store,
    pub bus: Bus,
    pub cursor: Cursor,
    /// How far streams are delivered, for the watermark to look at.
    pub progress: Progress,
}

/// How far a feed's streams are delivered; shared with the watermark.
pub type Progress = Arc<Mutex<Order>>;

/// The behaviour.
pub struct Feed;

pub struct State {
    args: Args,
    sinks: HashMap<ActorId, Arc<dyn Sink>>,
    /// Streams for which a read of the log is under way.
    filling: HashMap<StreamId, u64>,
    /// Ends with the feed, also where the feed never came to life.
    _subscription: AbortOnDropHandle<()>,
}

/// How long we wait for a missing event before we read it from the log: it usually comes right after its successor.
const LATE_WITHIN: Duration = Duration::from_millis(20);
const RETRY: Duration = Duration::from_millis(250);
/// Events read from the log at a time.
const CHUNK: u64 = 128;

impl Actor for Feed {
    type Msg = FeedMessage;
    type State = State;
    type Arguments = Args;

    /// Listens first, then reads where the streams stand: nothing falls between.
    async fn pre_start(
        &self,
        myself: ActorRef<FeedMessage>,
        args: Args,
    ) -> Result<State, ActorProcessingErr> {
        let subject = Subject::Events(args.community);
        // Where NATS is away the log tells what comes until it is back.
        let begun = args.bus.events(subject).await.ok();
        let listening = tokio::spawn(listen(args.bus.clone(), subject, begun, myself));
        let _subscription = AbortOnDropHandle::new(listening);
        let heads = args.store.heads_of(args.community).await.map_err(Box::new)?;
        {
            let mut order = args.progress.lock();
            heads.into_iter().for_each(|(stream, head)| order.start_at(stream, head));
        }
        Ok(State { args, sinks: HashMap::new(), filling: HashMap::new(), _subscription })
    }

    async fn handle(
        &self,
        myself: ActorRef<FeedMessage>,
        message: FeedMessage,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            FeedMessage::Local(event) => state.take(&myself, event),
            FeedMessage::Remote(event) => state.take(&myself, Arc::new(*event)),
            FeedMessage::Filled(gap, events) => state.filled(&myself, gap, events),
            FeedMessage::Behind(stream, head) => {
                let gap = state.args.progress.lock().behind(stream, head);
                state.fill(&myself, gap, Duration::ZERO);
            }
            FeedMessage::Attach(listener, sink, attached) => {
                state.sinks.insert(listener, sink);
                let _ = attached.send(());
            }
            FeedMessage::Detach(listener) => {
                state.sinks.remove(&listener);
            }
        }
        Ok(())
    }
}

impl State {
    fn take(&mut self, myself: &ActorRef<FeedMessage>, event: Arc<EncodedEvent>) {
        let stream = event.stream;
        let (ready, gap) = {
            let mut order = self.args.progress.lock();
            // Delivered before the order says so: the watermark must not run ahead of what sessions were handed.
            let ready = order.take(event);
            ready.iter().for_each(|event| self.deliver(event));
            (ready, order.gap(stream))
        };
        metrics::counter!("ajet_feed_events_total").increment(ready.len() as u64);
        self.fill(myself, gap, LATE_WITHIN);
    }

    fn deliver(&self, event: &Arc<EncodedEvent>) {
        if self.sinks.is_empty() {
            return;
        }
        let frame = Arc::new(Frame::new(Arc::clone(event), self.args.cursor.current()));
        self.sinks.values().for_each(|sink| sink.deliver(&frame));
    }

    fn skip_to(&self, stream: StreamId, seq: u64) {
        let mut order = self.args.progress.lock();
        order.skip_to(stream, seq).iter().for_each(|event| self.deliver(event));
    }

    /// Reads a gap from the log; one read per stream at a time.
    fn fill(&mut self, myself: &ActorRef<FeedMessage>, gap: Option<Gap>, within: Duration) {
        let Some(gap) = gap else { return };
        if self.filling.contains_key(&gap.stream) {
            return;
        }
        self.filling.insert(gap.stream, gap.last);
        let (store, progress, myself) =
            (self.args.store.clone(), Arc::clone(&self.args.progress), myself.clone());
        tokio::spawn(async move {
            tokio::time::sleep(within).await;
            let first = progress.lock().delivered(gap.stream) + 1;
            let gap = Gap { first, last: gap.last.min(first + CHUNK - 1), ..gap };
            let events = read(&store, gap).await;
            let events = events.iter().map(|event| Arc::new(EncodedEvent::of(event))).collect();
            let _ = myself.cast(FeedMessage::Filled(gap, events));
        });
    }

    fn filled(&mut self, myself: &ActorRef<FeedMessage>, gap: Gap, events: Vec<Arc<EncodedEvent>>) {
        let wanted = self.filling.remove(&gap.stream).unwrap_or(gap.last);
        metrics::counter!("ajet_feed_gaps_total").increment(1);
        for event in events {
            // Older ones than the log still has are gone for everybody.
            self.skip_to(event.stream, event.seq.saturating_sub(1).min(gap.last));
            self.take(myself, event);
        }
        self.skip_to(gap.stream, gap.last);
        let next = {
            let order = self.args.progress.lock();
            order.behind(gap.stream, wanted).or_else(|| order.gap(gap.stream))
        };
        self.fill(myself, next, Duration::ZERO);
    }
}

/// Reads a gap for as long as it takes the store to answer.
async fn read(store: &Store, gap: Gap) -> Vec<ajet_protocol::Envelope> {
    loop {
        if gap.first > gap.last {
            return Vec::new();
        }
        match store.events_between(gap.stream, gap.first, gap.last).await {
            Ok(events) => return events,
            Err(StoreError::Away(_)) => {}
            Err(error) => tracing::error!(%error, "can't read a gap"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Passes on what NATS brings; subscribes again where the subscription ends.
async fn listen(bus: Bus, subject: Subject, mut begun: Option<Events>, feed: ActorRef<FeedMessage>) {
    loop {
        if begun.is_none() {
            begun = bus.events(subject).await.ok();
        }
        while let Some(event) = async { begun.as_mut()?.next().await }.await {
            if feed.cast(FeedMessage::Remote(Box::new(event))).is_err() {
                return;
            }
        }
        begun = None;
        tokio::time::sleep(RETRY).await;
    }
}
