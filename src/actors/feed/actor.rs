//! The feed's actor: orders what comes from entities here, from NATS and from the log, and puts it into the window.
//!
//! Nothing goes in twice or out of order, and nothing before the rights under which it was committed are known here. It tells
//! the connections of those who are to hear of a frame, and no others.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ajet_protocol::{Addressed, EventId, StreamId, Topic, UserId};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::cursor::Cursors;
use super::frame::{Encoded, Frame};
use super::judge::{Judged, judge};
use super::listen::listen;
use super::order::{Gap, Order};
use super::source::{FeedKey, Source};
use super::stale;
use super::window::Window;
use crate::bus::{Bus, EncodedEvent};
use crate::rights::Rights;
use crate::store::{Store, StoreError};

/// What a feed's mailbox takes.
pub enum FeedMessage {
    /// From an entity on this node.
    Local(Arc<EncodedEvent>),
    /// From NATS, with a good seal; for the people's feed, with whose subject it came on.
    Remote(Box<EncodedEvent>, Option<UserId>),
    /// From the log: all there is of a gap.
    Filled(Gap, Vec<Arc<EncodedEvent>>),
    /// The log has this stream up to here.
    Behind(StreamId, u64),
    /// A stream of people stood here when the first of those concerned began to listen to it: it is followed from there on.
    Begins(StreamId, u64),
    /// The last of those concerned listens to a stream of people no more; another one may have come since.
    Ends(StreamId),
    /// An ephemeral event: it has no place in any order.
    Passing(Box<EncodedEvent>),
    /// It is known who gets an event for which something had to be read.
    Judged(Arc<EncodedEvent>, Judged),
}

/// What feeds work with; cheap to clone.
#[derive(Clone)]
pub struct FeedServices {
    pub store: Store,
    pub bus: Bus,
    pub rights: Rights,
    pub window: Window,
    pub cursors: Cursors,
    /// Who may have come to belong to one more community or direct message.
    pub arrivals: mpsc::Sender<(UserId, Topic)>,
}

/// How a feed begins.
pub struct Args {
    pub source: Arc<Source>,
    pub services: FeedServices,
}

/// The behaviour.
pub struct Feed;

pub struct State {
    args: Args,
    order: Order,
    /// Streams for which a read of the log is under way.
    filling: HashMap<StreamId, u64>,
    /// Streams of people of which an event waits until it is known who gets it.
    waiting: HashMap<StreamId, Waiting>,
    /// Ends with the feed, also where the feed never came to life.
    _subscription: AbortOnDropHandle<()>,
}

/// An event that waits until it is known who gets it, and what comes behind it on its stream.
struct Waiting {
    first: EventId,
    behind: Vec<Arc<EncodedEvent>>,
    /// What those behind it take, in bytes.
    bytes: usize,
    /// The last one that found no room; 0 if all did. These are read from the log afterwards.
    dropped: u64,
}

impl Waiting {
    fn on(first: EventId) -> Self {
        Self { first, behind: Vec::new(), bytes: 0, dropped: 0 }
    }

    fn push(&mut self, event: Arc<EncodedEvent>) {
        let bytes = self.bytes + event.json.len();
        if self.dropped > 0 || bytes > BEHIND_BYTES {
            self.dropped = self.dropped.max(event.seq);
            return;
        }
        self.bytes = bytes;
        self.behind.push(event);
    }
}

/// What may wait behind an event of a stream, in bytes.
const BEHIND_BYTES: usize = 64 << 10;

/// How long we wait for a missing event before we read it from the log: it usually comes right after its successor.
const LATE_WITHIN: Duration = Duration::from_millis(20);
const RETRY: Duration = Duration::from_millis(250);
/// Events read from the log at a time.
const CHUNK: u64 = 128;

impl Actor for Feed {
    type Msg = FeedMessage;
    type State = State;
    type Arguments = Args;

    /// Listens first, then reads where the streams stand: nothing falls between. A feed that comes back after a crash goes on
    /// where it was, and reads what it missed.
    async fn pre_start(
        &self,
        myself: ActorRef<FeedMessage>,
        args: Args,
    ) -> Result<State, ActorProcessingErr> {
        let Args { source, services } = &args;
        source.begin_anew();
        let listening = listen(services.bus.clone(), Arc::clone(source), myself.clone()).await;
        let _subscription = AbortOnDropHandle::new(tokio::spawn(listening));
        let mut order = Order::default();
        let known = source.progress.all();
        let comes_back = !known.is_empty();
        for (stream, seq) in known {
            let _ = order.skip_to(stream, seq);
        }
        if let FeedKey::Community(community) = source.key {
            for (stream, head) in services.store.heads_of(community).await.map_err(Box::new)? {
                if comes_back {
                    let _ = myself.cast(FeedMessage::Behind(stream, head));
                } else {
                    let _ = order.skip_to(stream, head);
                    source.progress.note(stream, head);
                }
            }
        }
        Ok(State { args, order, filling: HashMap::new(), waiting: HashMap::new(), _subscription })
    }

    async fn handle(
        &self,
        myself: ActorRef<FeedMessage>,
        message: FeedMessage,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            FeedMessage::Local(event) => {
                state.args.source.handled(event.json.len());
                if state.concerns(&event) {
                    state.take(&myself, event).await;
                }
            }
            FeedMessage::Remote(event, person) => {
                state.args.source.handled(event.json.len());
                if let Some(event) = state.own(*event, person) {
                    state.take(&myself, event).await;
                }
            }
            FeedMessage::Filled(gap, events) => state.filled(&myself, gap, events).await,
            FeedMessage::Behind(stream, head) => {
                state.args.source.forget_head(stream);
                let gap = state.order.behind(stream, head);
                state.fill(&myself, gap, Duration::ZERO);
            }
            FeedMessage::Begins(stream, head) => state.skip_to(&myself, stream, head).await,
            FeedMessage::Ends(stream) => {
                state.forgets(stream);
            }
            FeedMessage::Passing(event) => {
                state.args.source.handled(event.json.len());
                state.judge(&myself, Arc::new(*event)).await;
            }
            FeedMessage::Judged(event, judged) => state.judged(&myself, event, judged).await,
        }
        Ok(())
    }
}

impl State {
    /// Takes note of what an event tells by the subject that it came on; `None` where it is no more than a note.
    fn own(&self, event: EncodedEvent, person: Option<UserId>) -> Option<Arc<EncodedEvent>> {
        let Some(person) = person else { return Some(Arc::new(event)) };
        match event.topic() {
            topic @ Topic::Community(_) => {
                // Where there is no room the watermark finds it.
                let _ = self.args.services.arrivals.try_send((person, topic));
                None
            }
            topic @ Topic::Dm(dm) => {
                let source = &self.args.source;
                if source.people_of(dm).contains(&person) {
                    return Some(Arc::new(event));
                }
                if source.listens(person) {
                    // They may have come to it. When their sessions listen to it, they read this event from the log.
                    let _ = self.args.services.arrivals.try_send((person, topic));
                }
                None
            }
            Topic::Person(_) => self.concerns(&event).then(|| Arc::new(event)),
        }
    }

    /// Whether anybody here is to hear of an event's topic. The streams of other people are not followed (I18).
    fn concerns(&self, event: &EncodedEvent) -> bool {
        self.args.source.concerns(event.topic())
    }

    async fn take(&mut self, myself: &ActorRef<FeedMessage>, event: Arc<EncodedEvent>) {
        let stream = event.stream;
        let ready = self.order.take(event);
        self.deliver(myself, ready).await;
        let gap = self.order.gap(stream);
        self.fill(myself, gap, LATE_WITHIN);
    }

    async fn deliver(&mut self, myself: &ActorRef<FeedMessage>, ready: Vec<Arc<EncodedEvent>>) {
        metrics::counter!("ajet_feed_events_total").increment(ready.len() as u64);
        self.go_on(myself, ready).await;
    }

    /// Puts events into the window in their order, behind what their stream waits for.
    async fn go_on(&mut self, myself: &ActorRef<FeedMessage>, events: Vec<Arc<EncodedEvent>>) {
        for event in events {
            match self.waiting.get_mut(&event.stream) {
                Some(waiting) => waiting.push(event),
                None => self.judge(myself, event).await,
            }
        }
    }

    /// Forgets a stream that no one here follows any more. Whether that is so.
    fn forgets(&mut self, stream: StreamId) -> bool {
        let ended = self.args.source.has_ended(stream);
        if ended {
            self.order.forget(stream);
            self.waiting.remove(&stream);
        }
        ended
    }

    async fn skip_to(&mut self, myself: &ActorRef<FeedMessage>, stream: StreamId, seq: u64) {
        let ready = self.order.skip_to(stream, seq);
        // Connections were not told yet of what waits.
        if !self.waiting.contains_key(&stream) {
            self.args.source.progress.note(stream, seq);
        }
        self.deliver(myself, ready).await;
    }

    /// Puts an event into the window once it is known who gets it. The people's feed carries the streams of all people here, so it does
    /// not wait for what must be read first: what follows on the stream waits behind it.
    async fn judge(&mut self, myself: &ActorRef<FeedMessage>, event: Arc<EncodedEvent>) {
        let Args { source, services } = &self.args;
        // Also where no reader here gets the event any more: the text may still be in the window.
        stale::forget_text(&services.window, &event);
        let mut judging = Box::pin({
            let (rights, event) = (services.rights.clone(), Arc::clone(&event));
            async move { judge(&rights, &event).await }
        });
        if source.key != FeedKey::People {
            let judged = judging.await;
            self.settle(event, judged);
            return;
        }
        let at_once = poll_fn(|context| Poll::Ready(judging.as_mut().poll(context))).await;
        if let Poll::Ready(judged) = at_once {
            self.settle(event, judged);
            return;
        }
        if event.seq > 0 {
            self.waiting.insert(event.stream, Waiting::on(event.id));
        }
        let myself = myself.clone();
        tokio::spawn(async move {
            let judged = judging.await;
            let _ = myself.cast(FeedMessage::Judged(event, judged));
        });
    }

    /// It is known who gets an event that its stream waits for.
    async fn judged(&mut self, myself: &ActorRef<FeedMessage>, event: Arc<EncodedEvent>, judged: Judged) {
        let stream = event.stream;
        if event.seq == 0 {
            return self.settle(event, judged);
        }
        // The stream may have ended meanwhile, and begun anew.
        if self.waiting.get(&stream).is_none_or(|waiting| waiting.first != event.id) {
            return;
        }
        let Some(Waiting { behind, dropped, .. }) = self.waiting.remove(&stream) else { return };
        self.settle(event, judged);
        self.go_on(myself, behind).await;
        match self.waiting.get_mut(&stream) {
            Some(again) => again.dropped = again.dropped.max(dropped),
            None if dropped > 0 => self.read_again(myself, stream, dropped),
            None => self.args.source.progress.note(stream, self.order.delivered(stream)),
        }
    }

    /// Goes back to what connections were told of, and reads what follows from the log.
    fn read_again(&mut self, myself: &ActorRef<FeedMessage>, stream: StreamId, head: u64) {
        self.order.forget(stream);
        self.order.start_at(stream, self.args.source.progress.of(stream));
        let gap = self.order.behind(stream, head);
        self.fill(myself, gap, Duration::ZERO);
    }

    /// Puts an event into the window, if anybody here gets it.
    fn settle(&self, event: Arc<EncodedEvent>, judged: Judged) {
        let Args { source, services } = &self.args;
        let (stream, seq) = (event.stream, event.seq);
        if let Some((reach, people)) = judged {
            let with = (services.cursors.clone(), services.cursors.snapshot());
            let encoded = Encoded::of(event);
            services.window.push(
                |number| Frame::encoded(number, encoded, reach, with),
                |frame| source.owe(&people, frame.number),
            );
        }
        // Only now: the watermark must not run ahead of what connections were told of.
        if seq > 0 {
            source.progress.note(stream, seq);
        }
    }

    /// Reads a gap from the log; one read per stream at a time.
    fn fill(&mut self, myself: &ActorRef<FeedMessage>, gap: Option<Gap>, within: Duration) {
        let Some(gap) = gap else { return };
        if self.filling.contains_key(&gap.stream) {
            return;
        }
        self.filling.insert(gap.stream, gap.last);
        let (store, source, myself) =
            (self.args.services.store.clone(), Arc::clone(&self.args.source), myself.clone());
        tokio::spawn(async move {
            tokio::time::sleep(within).await;
            let first = source.progress.of(gap.stream) + 1;
            let gap = Gap { first, last: gap.last.min(first + CHUNK - 1), ..gap };
            let events = read(&store, gap).await;
            let events = events.iter().map(|event| Arc::new(EncodedEvent::of(event))).collect();
            let _ = myself.cast(FeedMessage::Filled(gap, events));
        });
    }

    async fn filled(&mut self, myself: &ActorRef<FeedMessage>, gap: Gap, events: Vec<Arc<EncodedEvent>>) {
        let wanted = self.filling.remove(&gap.stream).unwrap_or(gap.last);
        metrics::counter!("ajet_feed_gaps_total").increment(1);
        if self.forgets(gap.stream) {
            return;
        }
        for event in events {
            // Older ones than the log still has are gone for everybody.
            self.skip_to(myself, event.stream, event.seq.saturating_sub(1).min(gap.last)).await;
            self.take(myself, event).await;
        }
        self.skip_to(myself, gap.stream, gap.last).await;
        let next = self.order.behind(gap.stream, wanted).or_else(|| self.order.gap(gap.stream));
        self.fill(myself, next, Duration::ZERO);
    }
}

/// Reads a gap for as long as it takes the store to answer.
async fn read(store: &Store, gap: Gap) -> Vec<Addressed> {
    loop {
        if gap.first > gap.last {
            return Vec::new();
        }
        match store.events_between(gap.stream, gap.first, gap.last).await {
            Ok(events) => return events,
            Err(StoreError::Away(_)) => {}
            Err(error) => {
                tracing::error!(%error, "can't read a gap");
                return read_singly(store, gap).await;
            }
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Reads a gap event by event, without what can't be read: it would hold up the others for ever.
async fn read_singly(store: &Store, gap: Gap) -> Vec<Addressed> {
    let mut events = Vec::new();
    for seq in gap.first..=gap.last {
        loop {
            match store.events_between(gap.stream, seq, seq).await {
                Ok(one) => events.extend(one),
                Err(StoreError::Away(_)) => {
                    tokio::time::sleep(RETRY).await;
                    continue;
                }
                Err(_) => metrics::counter!("ajet_feed_unreadable_total").increment(1),
            }
            break;
        }
    }
    events
}
