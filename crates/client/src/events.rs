//! A live stream that stays: each lost connection is opened again where it was, so that nothing is missed and nothing comes twice.
//!
//! A connection counts as lost when it ends, and when nothing came for 45 s, not even the comment that the server writes every 15 s. The
//! next one is opened with the last cursor, after a pause that is no shorter than the server says (`retry:`). It grows with each connection
//! that brings no event and does not last, and is shortened by chance. What the server can't make up for it says: [`News::Resync`] and
//! [`News::Rights`] tell what has to be fetched anew.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use ajet_protocol::events::{PresenceDiff, Ready, Resync, ResyncReason, RightsChanged, frames};
use ajet_protocol::{CommunityId, Envelope, EventId};
use futures::Stream;
use futures::stream::unfold;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use crate::error::Failed;
use crate::{Client, Error, Live, LiveEvent, Retries};

/// How long a connection may bring nothing.
const SILENCE: Duration = Duration::from_secs(45);
/// Events whose ids are kept, to know those that a replay brings again.
const KNOWN: usize = 8192;
/// A connection that lasts this long was no failure, though it brought no event.
const STEADY: Duration = Duration::from_secs(10);
/// How long to wait before a lost connection is opened again.
const RECONNECTING: Retries =
    Retries { tries: u32::MAX, first: Duration::from_millis(200), longest: Duration::from_secs(15) };

/// What a live stream brings.
#[derive(Debug, Clone)]
pub enum News {
    /// A connection is open: the first one, or another one after a lost one. What follows goes on where the last one was.
    Ready(Ready),
    /// Something happened.
    Event(Box<Envelope>),
    /// Something may have been missed: everything is to be fetched anew.
    Resync(Resync),
    /// The reader's rights changed while no connection was open: these are to be fetched anew.
    Rights(RightsChanged),
    /// People came online and went.
    Presence(PresenceDiff),
}

/// A live stream over as many connections as it takes.
pub struct Events {
    client: Client,
    live: Option<Live>,
    /// When that connection was opened.
    opened: Instant,
    community: Option<CommunityId>,
    cursor: Option<String>,
    /// Connections in a row that brought no event and did not last, and tries to open one.
    failures: u32,
    /// When the next connection may be opened. It stays so when a call is cancelled and made again.
    due: Instant,
    /// The least pause before another connection, as the server last said it.
    retry: Duration,
    /// The events that came last, in their order.
    order: VecDeque<EventId>,
    known: HashSet<EventId>,
    silence: Duration,
    /// Whether a connection is open, for those who show it.
    is_open: watch::Sender<bool>,
    over: bool,
}

impl Client {
    /// The live stream, from a cursor on where there is one, without which it begins now. No connection is opened before the first
    /// [`Events::next`].
    #[must_use]
    pub fn events(&self, cursor: Option<&str>) -> Events {
        Events {
            client: self.clone(),
            live: None,
            opened: Instant::now(),
            community: None,
            cursor: cursor.filter(|cursor| !cursor.is_empty()).map(str::to_owned),
            failures: 0,
            due: Instant::now(),
            retry: Duration::ZERO,
            order: VecDeque::new(),
            known: HashSet::new(),
            silence: SILENCE,
            is_open: watch::Sender::new(false),
            over: false,
        }
    }
}

impl Events {
    /// The same stream, narrowed to what happens in a community, and to what is for the reader alone or in their direct messages.
    #[must_use]
    pub fn in_community(self, community: CommunityId) -> Self {
        Self { community: Some(community), ..self }
    }

    /// The same stream, whose connections count as lost after another time without a byte.
    #[must_use]
    pub fn with_silence(self, silence: Duration) -> Self {
        Self { silence, ..self }
    }

    /// The cursor that all that came so far is behind; a stream that is opened with it goes on from here, in another process too.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Whether a connection is open, as it is now and as it changes. It changes while [`Events::next`] waits.
    #[must_use]
    pub fn connected(&self) -> watch::Receiver<bool> {
        self.is_open.subscribe()
    }

    /// What comes next. `None` after an error.
    ///
    /// It can be cancelled: what was not returned comes with the next call.
    ///
    /// # Errors
    /// [`Error`], when the server says that it is of no use to come back: the session has ended. Failures that pass are not told.
    pub async fn next(&mut self) -> Option<Result<News, Error>> {
        while !self.over {
            let Some(live) = &mut self.live else {
                if let Err(error) = self.connect().await {
                    self.over = true;
                    return Some(Err(error));
                }
                continue;
            };
            match live.next().await {
                Some(frame) => {
                    if let Some(news) = self.taken(frame) {
                        return Some(Ok(news));
                    }
                }
                None => {
                    self.live = None;
                    self.is_open.send_replace(false);
                    if self.opened.elapsed() >= STEADY {
                        self.failures = 0;
                    }
                    self.failed(Duration::ZERO);
                }
            }
        }
        None
    }

    /// As a stream of the futures crate.
    pub fn into_stream(self) -> impl Stream<Item = Result<News, Error>> {
        unfold(self, |mut events| async move { Some((events.next().await?, events)) })
    }

    /// How long to wait after a failure, if chance says `chance`, from 0 to 1.
    pub(crate) fn pause(&self, chance: f64) -> Duration {
        if self.failures == 0 {
            return Duration::ZERO;
        }
        RECONNECTING.back_off(self.failures, chance).max(self.retry)
    }

    /// A connection is lost or could not be opened. What the server told to wait comes before the pause.
    fn failed(&mut self, told: Duration) {
        self.failures += 1;
        self.due = Instant::now() + told + self.pause(rand::random());
    }

    /// Opens a connection, after a pause if the last one failed; more than one try is for [`Self::next`] to make.
    async fn connect(&mut self) -> Result<(), Error> {
        sleep_until(self.due).await;
        let opening = self.client.opened(self.community, self.cursor.as_deref(), self.silence);
        let Ok(opened) = timeout(self.client.timeout, opening).await else {
            self.failed(Duration::ZERO);
            return Ok(());
        };
        match opened {
            Ok(live) => {
                (self.live, self.opened) = (Some(live), Instant::now());
                self.is_open.send_replace(true);
            }
            Err(Failed { error, .. }) if !error.is_passing() => return Err(error),
            Err(Failed { retry_after, .. }) => {
                self.failed(retry_after.unwrap_or_default().min(RECONNECTING.longest));
            }
        }
        Ok(())
    }

    /// What a frame says; `None` for one that says nothing new.
    fn taken(&mut self, frame: LiveEvent) -> Option<News> {
        if let Some(told) = frame.retry {
            self.retry = told.min(RECONNECTING.longest);
        }
        if !frame.cursor.is_empty() {
            self.cursor = Some(frame.cursor.clone());
        }
        match frame.name.as_str() {
            frames::READY => data(&frame).map(News::Ready),
            frames::RESYNC => Some(data(&frame).map_or(ANYTHING, News::Resync)),
            frames::RIGHTS => Some(data(&frame).map_or(ANYTHING, News::Rights)),
            frames::PRESENCE_DIFF => data(&frame).map(News::Presence),
            frames::PING => None,
            _ => self.event(&frame),
        }
    }

    fn event(&mut self, frame: &LiveEvent) -> Option<News> {
        let Some(envelope) = frame.envelope() else { return Some(ANYTHING) };
        if !self.known.insert(envelope.id) {
            return None;
        }
        self.failures = 0;
        self.order.push_back(envelope.id);
        if self.order.len() > KNOWN
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        Some(News::Event(Box::new(envelope)))
    }
}

/// What is said where a frame can't be read that changes what is shown, as a later release may write it: fetch everything.
const ANYTHING: News = News::Resync(Resync { reason: ResyncReason::Behind });

/// The data of a frame; `None` where a later release writes it otherwise.
fn data<T: DeserializeOwned>(frame: &LiveEvent) -> Option<T> {
    serde_json::from_str(&frame.data).ok()
}
