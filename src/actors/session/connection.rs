//! One live stream of a session: a position in the window of the node. Nothing is queued for it.
//!
//! A connection that is owed nothing stands at the end of the window, however much goes by for others. One that comes too late
//! for a frame reads on from the log; for a second time within a minute it must refetch, and ends.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_protocol::events::{ResyncReason, RightsChanged};
use ajet_protocol::{EventType, PresenceDiff, StreamId, Topic};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::listening::Listening;
use super::replay::{From, Missed, missed};
use super::services::SessionServices;
use super::turnover;
use crate::actors::feed::{Frame, Look, Place, Position, Turnover};
use crate::store::StoreError;

/// Bytes that are handed over together at most, but for a frame that is larger.
const TOGETHER: usize = 64 * 1024;
/// A second time within this, a reader that came too late must refetch and come back.
const FALLS_WITHIN: Duration = Duration::from_secs(60);
/// An ephemeral event that is older says nothing any more.
const PASSES_WITHIN: Duration = Duration::from_secs(3);
/// How long after a replay the same events may come live as well.
const REPEATS_WITHIN: Duration = Duration::from_secs(60);
/// Frames that were judged longer ago are judged again: the process may have stood still.
const JUDGED_FOR: Duration = Duration::from_millis(100);
/// Between two tries to read the log.
const RETRY: Duration = Duration::from_millis(250);
/// How long the log is tried for a reader that came too late.
const TRIES_FOR: Duration = Duration::from_secs(8);

/// What a connection is sent.
#[derive(Debug)]
pub enum Outgoing {
    Frames(Vec<Arc<Frame>>),
    /// The reader's rights have changed while it was away; with its cursor.
    Rights(RightsChanged, String),
    /// People came online and went; whom of them the reader may know of is asked last ([`Connection::presence_of`]).
    Presence(Vec<Arc<Turnover>>),
    /// Refetch, and go on from this cursor.
    Resync(ResyncReason, String),
    /// Nothing comes any more.
    End,
}

/// A live stream as its reader's side has it.
pub struct Connection {
    services: SessionServices,
    room: Arc<Semaphore>,
    listening: Arc<Listening>,
    place: Arc<Place>,
    /// The last frame that was looked at.
    position: u64,
    /// From where it goes on in the log.
    snapshot: Arc<str>,
    replay: Replay,
    /// Frames that wait until the connection has caught up on a topic.
    later: Vec<Arc<Frame>>,
    /// What came up to this number had happened before the connection was opened.
    passed: u64,
    /// When it last came too late.
    fell: Option<Instant>,
    /// When the last frames were judged.
    judged: Instant,
    ending: bool,
}

/// What is still to be replayed, and how far each stream has been: live frames up to there are duplicates.
#[derive(Default)]
struct Replay {
    rights: Option<RightsChanged>,
    /// The frame that the reader has, where it goes on out of the window.
    number: u64,
    frames: VecDeque<Arc<Frame>>,
    room: Option<OwnedSemaphorePermit>,
    done: HashMap<StreamId, u64>,
    at: Option<Instant>,
}

/// How a connection begins.
pub struct Beginning {
    pub services: SessionServices,
    pub room: Arc<Semaphore>,
    pub listening: Arc<Listening>,
    pub place: Arc<Place>,
    /// What comes later than this in the window is for it.
    pub position: u64,
    pub snapshot: Arc<str>,
    pub missed: Missed,
}

impl Connection {
    /// A connection that is sent what it missed, and then what comes.
    #[must_use]
    pub fn new(beginning: Beginning) -> Self {
        let Beginning { services, room, listening, place, position, snapshot, missed } = beginning;
        let passed = services.feeds.window().settled();
        let mut connection = Self {
            services,
            room,
            listening,
            place,
            position,
            snapshot,
            replay: Replay::default(),
            later: Vec::new(),
            passed,
            fell: None,
            judged: Instant::now(),
            ending: false,
        };
        connection.replay.add(missed);
        connection
    }

    /// Waits until there may be something to take.
    pub async fn woken(&self) {
        self.place.woken().await;
    }

    /// Takes what is there; `None` where nothing is. What was taken before has been sent.
    pub async fn take(&mut self) -> Option<Outgoing> {
        if self.ending {
            return Some(Outgoing::End);
        }
        self.place.begin();
        self.judged = Instant::now();
        let taken = self.due().await;
        if taken.is_none() {
            self.place.rest();
        }
        taken
    }

    async fn due(&mut self) -> Option<Outgoing> {
        loop {
            if let Some(replayed) = self.replayed() {
                return Some(replayed);
            }
            // What is rare is boxed: otherwise every idle connection would reserve what it needs.
            if let Some((topic, since)) = self.place.untold() {
                let caught_up = Box::pin(self.catch_up(&since, Some(topic))).await;
                self.place.caught_up();
                self.listening.caught_up(topic);
                if let Err(reason) = caught_up {
                    return Some(self.resync(reason));
                }
                continue;
            }
            if !self.later.is_empty() {
                let frames = std::mem::take(&mut self.later);
                let mut frames = self.theirs(frames);
                // What it has caught up on meanwhile has been sent.
                frames.retain(|frame| !self.replay.repeats(frame));
                if frames.is_empty() {
                    continue;
                }
                return Some(Outgoing::Frames(frames));
            }
            // Before what is owed, which may be without an end. It comes once a minute at most.
            if let Some(turnovers) = self.place.turned_over() {
                return Some(Outgoing::Presence(turnovers));
            }
            let (owed, last) = self.place.take()?;
            let window = self.services.feeds.window();
            if last > window.settled() {
                // It is being put in at this moment. A look before it has settled would miss it, and nothing would tell again.
                let _settled = window.barrier();
            }
            let frames = match self.look(owed.max(self.position + 1)) {
                Ok(frames) => frames,
                Err(()) => {
                    if let Some(resync) = Box::pin(self.fall()).await {
                        return Some(resync);
                    }
                    continue;
                }
            };
            if self.place.untold().is_some() {
                // Their cursors may have seen what the connection is still to catch up on.
                self.later = frames;
            } else if frames.is_empty() {
                // It may have passed by many frames of others.
                tokio::task::yield_now().await;
            } else {
                return Some(Outgoing::Frames(frames));
            }
        }
    }

    /// What is still the reader's of frames that were taken, where they were held back, or judged before `known_since` by rights that
    /// may have been too old: by the rights of now. `None` where those can't be read.
    pub async fn judged_again(
        &mut self,
        frames: Vec<Arc<Frame>>,
        known_since: Instant,
    ) -> Option<Vec<Arc<Frame>>> {
        if self.judged > known_since && self.judged.elapsed() < JUDGED_FOR {
            return Some(frames);
        }
        let topics: HashSet<Topic> = frames.iter().filter_map(|frame| frame.reach.topic()).collect();
        for topic in topics {
            if let Err(error) = Box::pin(self.services.rights.refresh(topic)).await {
                tracing::debug!(%error, "can't read what rights changed; a stream ends");
                return None;
            }
        }
        Some(self.theirs(frames))
    }

    /// Who came online and went, as far as the reader may know of it now. No one, where that can't be found out.
    pub async fn presence_of(&self, turnovers: &[Arc<Turnover>]) -> PresenceDiff {
        let (rights, scope) = (&self.services.rights, self.place.scope);
        if !scope.takes(Some(EventType::PresenceOnline)) {
            return PresenceDiff::default();
        }
        let diff = Box::pin(turnover::diff(rights, &self.listening, scope, turnovers)).await;
        diff.unwrap_or_else(|error| {
            tracing::debug!(%error, "can't find out whom a reader may know to be online");
            PresenceDiff::default()
        })
    }

    fn theirs(&self, frames: Vec<Arc<Frame>>) -> Vec<Arc<Frame>> {
        let hears =
            |frame: &Arc<Frame>| self.listening.hears(frame, self.place.scope, frame.number > self.passed);
        frames.into_iter().filter(hears).collect()
    }

    /// The next of what is replayed, as far as the reader still may see it.
    fn replayed(&mut self) -> Option<Outgoing> {
        if let Some(rights) = self.replay.rights.take() {
            let (number, scope) = (self.replay.number, self.place.scope.community);
            let position = Position { snapshot: &*self.snapshot, number, scope };
            return Some(Outgoing::Rights(rights, self.services.feeds.cursors().encode(&position)));
        }
        let (mut frames, mut bytes) = (Vec::new(), 0);
        while bytes < TOGETHER
            && let Some(frame) = self.replay.frames.pop_front()
        {
            if self.listening.hears(&frame, self.place.scope, false) {
                bytes += frame.bytes();
                self.snapshot = Arc::clone(&frame.snapshot);
                frames.push(frame);
            }
        }
        if !frames.is_empty() {
            return Some(Outgoing::Frames(frames));
        }
        // What was replayed has gone out: others have the room.
        self.replay.room = None;
        if self.replay.at.is_some_and(|at| at.elapsed() > REPEATS_WITHIN) {
            self.replay = Replay::default();
        }
        None
    }

    /// What the window holds for the reader from a number on; an error where it does not hold it any more.
    fn look(&mut self, from: u64) -> Result<Vec<Arc<Frame>>, ()> {
        let (mut frames, mut bytes) = (Vec::new(), 0);
        let (listening, scope, replay) = (&self.listening, self.place.scope, &self.replay);
        let passed = self.passed;
        let window = self.services.feeds.window();
        let looked = window.look(from, |frame| {
            let old = frame.at.elapsed() > PASSES_WITHIN || frame.number <= passed;
            let stale = frame.is_passing() && old;
            if !stale && !replay.repeats(frame) && listening.hears(frame, scope, frame.number > passed) {
                bytes += frame.bytes();
                frames.push(Arc::clone(frame));
            }
            if bytes < TOGETHER { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        self.position = match looked {
            Look::All(number) => number,
            Look::UpTo(number) => {
                // The rest at the next look; there may be nothing in it for this reader.
                if self.place.owe(number + 1) {
                    self.place.wake();
                }
                number
            }
            Look::Left => return Err(()),
        };
        if let Some(last) = frames.iter().rfind(|frame| !frame.is_passing()) {
            self.snapshot = Arc::clone(&last.snapshot);
        }
        Ok(frames)
    }

    /// The reader came too late: goes on from the log, or ends.
    async fn fall(&mut self) -> Option<Outgoing> {
        metrics::counter!("ajet_readers_behind_total").increment(1);
        let again = self.fell.replace(Instant::now()).is_some_and(|at| at.elapsed() < FALLS_WITHIN);
        if again {
            self.ending = true;
            return Some(self.resync(ResyncReason::Behind));
        }
        self.position = self.services.feeds.window().barrier();
        let since = Arc::clone(&self.snapshot);
        match self.catch_up(&since, None).await {
            Ok(()) => None,
            Err(reason) => Some(self.resync(reason)),
        }
    }

    /// Reads from the log what a snapshot has not seen, to be replayed next.
    async fn catch_up(&mut self, since: &str, only: Option<Topic>) -> Result<(), ResyncReason> {
        let began = Instant::now();
        loop {
            let from = From { snapshot: since, scope: self.place.scope, only };
            let read = match missed(&self.services, &self.room, &self.listening, from).await {
                Ok(Ok(missed)) => {
                    self.replay.add(missed);
                    return Ok(());
                }
                Ok(Err(reason)) => return Err(reason),
                Err(error) => error,
            };
            if began.elapsed() > TRIES_FOR || !matches!(read, StoreError::Away(_)) {
                tracing::warn!(error = %read, "can't read on from the log");
                return Err(ResyncReason::Behind);
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Tells the client to refetch. What came before the cursor is in what it fetches, since it fetches later than this.
    fn resync(&mut self, reason: ResyncReason) -> Outgoing {
        metrics::counter!("ajet_resyncs_total").increment(1);
        let cursor = self.cursor();
        Outgoing::Resync(reason, cursor)
    }

    /// The cursor of a reader that has everything by now, and stands at the end of the window.
    fn cursor(&mut self) -> String {
        let feeds = &self.services.feeds;
        // In this order: everything that the snapshot sees has been told of.
        self.snapshot = feeds.cursors().snapshot();
        self.position = self.position.max(feeds.window().settled());
        let scope = self.place.scope.community;
        feeds.cursors().encode(&Position { snapshot: &*self.snapshot, number: self.position, scope })
    }

    /// The cursor of a reader that is owed nothing, if it has moved since the last time; behind all frames that it was sent.
    pub fn moved_on(&mut self) -> Option<String> {
        let feeds = &self.services.feeds;
        // In this order: everything that the snapshot sees has been told of.
        let snapshot = feeds.cursors().snapshot();
        let settled = self.place.idle_at(|| feeds.window().settled())?;
        if !self.replay.frames.is_empty() || *snapshot == *self.snapshot || snapshot.is_empty() {
            return None;
        }
        (self.snapshot, self.position) = (snapshot, self.position.max(settled));
        let scope = self.place.scope.community;
        let position = Position { snapshot: &*self.snapshot, number: self.position, scope };
        Some(self.services.feeds.cursors().encode(&position))
    }
}

impl Replay {
    /// Whether a live frame has been replayed.
    fn repeats(&self, frame: &Frame) -> bool {
        let event = &frame.event;
        !frame.is_passing() && self.done.get(&event.stream).is_some_and(|seq| event.seq <= *seq)
    }

    fn add(&mut self, missed: Missed) {
        for frame in &missed.frames {
            let at = self.done.entry(frame.event.stream).or_default();
            *at = (*at).max(frame.event.seq);
        }
        if !missed.frames.is_empty() {
            self.at = Some(Instant::now());
        }
        self.number = missed.number;
        self.rights = self.rights.take().or(missed.rights);
        self.frames.extend(missed.frames);
        self.room = missed.room;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.listening.detach(&self.place);
        while let Some((topic, _)) = self.place.untold() {
            self.place.caught_up();
            self.listening.caught_up(topic);
        }
        // A purge need not wait for it.
        self.place.take();
        self.place.rest();
    }
}
