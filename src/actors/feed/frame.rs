//! An event as the bytes of a live stream, encoded once per node and shared by all its readers.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use ajet_protocol::events::BadEnvelope;
use ajet_protocol::shown::for_readers;
use ajet_protocol::{Addressed, Audience, ChannelId, CommunityId, Topic, UserId, json};
use bytes::Bytes;

use super::cursor::{Cursors, Position};
use super::stale::{self, Shown};
use crate::bus::EncodedEvent;
use crate::rights::Rights;
use crate::store::StoreError;

/// Who gets a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// An audience in a community or a direct message, by the rights of each reader at the moment of sending; and those who lost
    /// their right by this very event.
    Within { topic: Topic, audience: Audience, also: Box<[UserId]> },
    /// These people.
    People(Box<[UserId]>),
    /// One person, as long as they may know of this channel at the moment of sending. `topic` is what the channel belongs to.
    Seer { person: UserId, channel: ChannelId, topic: Topic },
}

impl Reach {
    /// Who gets an event of a person's own stream, which may be about a channel; no one, where it does not say clearly which.
    ///
    /// # Errors
    /// [`StoreError`], where it can't be read now what the channel belongs to.
    pub async fn of_person(
        rights: &Rights,
        person: UserId,
        about: &Result<Option<ChannelId>, BadEnvelope>,
    ) -> Result<Self, StoreError> {
        let channel = match about {
            Ok(Some(channel)) => *channel,
            Ok(None) => return Ok(Self::People([person].into())),
            Err(error) => {
                tracing::warn!(%error, "an event of a person goes to no one");
                return Ok(Self::People(Box::default()));
            }
        };
        Ok(match rights.home_of(channel).await? {
            Some(topic) => Self::Seer { person, channel, topic },
            // There is no such channel, so no one may know of it.
            None => Self::People(Box::default()),
        })
    }

    /// The community or the direct message whose rights say who gets it; `None` where none do.
    #[must_use]
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Self::Within { topic, .. } | Self::Seer { topic, .. } => Some(*topic),
            Self::People(_) => None,
        }
    }
}

/// One frame; what a page shows of it is made when the first page wants it.
#[derive(Debug)]
pub struct Frame {
    /// Its place in the node's window; 0 for a frame that was replayed from the log to one reader.
    pub number: u64,
    pub event: Arc<EncodedEvent>,
    pub reach: Reach,
    /// What it shows the text of, where it stays in the window.
    pub shows: Option<Shown>,
    /// Where a reader that has this frame goes on from in the log: everything that this snapshot sees came before.
    pub snapshot: Arc<str>,
    pub at: Instant,
    cursors: Cursors,
    /// `event` and `data`.
    body: Bytes,
    /// The whole frame, with its id.
    sse: OnceLock<Bytes>,
    /// The same as a page's fragment.
    pub page: OnceLock<Option<Bytes>>,
}

/// What can be made of an event before its frame has a number.
pub struct Encoded {
    event: Arc<EncodedEvent>,
    body: Bytes,
    shows: Option<Shown>,
}

impl Encoded {
    /// Encodes an event for the window.
    #[must_use]
    pub fn of(event: Arc<EncodedEvent>) -> Self {
        let (body, shows) = (body_of(&event), stale::shown_in(&event));
        Self { event, body, shows }
    }
}

/// What stands beside the bytes of a frame, about.
const BESIDE: usize = 512;

impl Frame {
    /// Encodes a frame.
    #[must_use]
    pub fn new(number: u64, event: Arc<EncodedEvent>, reach: Reach, with: (Cursors, Arc<str>)) -> Self {
        Self::encoded(number, Encoded::of(event), reach, with)
    }

    /// A frame that was encoded before it had a number.
    #[must_use]
    pub fn encoded(
        number: u64,
        encoded: Encoded,
        reach: Reach,
        (cursors, snapshot): (Cursors, Arc<str>),
    ) -> Self {
        let Encoded { event, body, shows } = encoded;
        Self {
            number,
            event,
            reach,
            shows,
            snapshot,
            at: Instant::now(),
            cursors,
            body,
            sse: OnceLock::new(),
            page: OnceLock::new(),
        }
    }

    /// The same frame with another event in it.
    #[must_use]
    pub fn with_event(&self, event: Arc<EncodedEvent>) -> Self {
        let with = (self.cursors.clone(), Arc::clone(&self.snapshot));
        Self { at: self.at, shows: self.shows, ..Self::new(self.number, event, self.reach.clone(), with) }
    }

    /// Encodes an event that is replayed to one reader: its JSON stands in memory once.
    #[must_use]
    pub fn replayed(event: &Addressed, reach: Reach, with: (Cursors, Arc<str>)) -> Self {
        let encoded = EncodedEvent::of(event);
        let body = body_of(&encoded);
        // `data: ` stands behind the event's name; the line ends with the frame.
        let from = "event: \ndata: ".len() + encoded.kind_name.len();
        let json = body.slice(from..body.len() - 2);
        let event = Arc::new(EncodedEvent { json, ..encoded });
        Self::encoded(0, Encoded { event, body, shows: None }, reach, with)
    }

    /// Whether it is never replayed, and has no id.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        self.event.seq == 0
    }

    /// The frame's cursor, for a stream that is narrowed to a community or is not. Empty for a frame without one.
    #[must_use]
    pub fn cursor(&self, scope: Option<CommunityId>) -> String {
        if self.is_passing() {
            return String::new();
        }
        self.cursors.encode(&Position { snapshot: &*self.snapshot, number: self.number, scope })
    }

    /// The frame as a stream sends it that is narrowed to a community, or is not.
    #[must_use]
    pub fn sse(&self, scope: Option<CommunityId>) -> Bytes {
        match scope {
            None if self.number > 0 => self.sse.get_or_init(|| self.with_id(None)).clone(),
            // For one reader alone.
            _ => self.with_id(scope),
        }
    }

    fn with_id(&self, scope: Option<CommunityId>) -> Bytes {
        let cursor = self.cursor(scope);
        // An empty id would make the client forget the cursor it has.
        if cursor.is_empty() {
            return self.body.clone();
        }
        let mut sse = Vec::with_capacity(cursor.len() + self.body.len() + 8);
        sse.extend_from_slice(b"id: ");
        sse.extend_from_slice(cursor.as_bytes());
        sse.push(b'\n');
        sse.extend_from_slice(&self.body);
        sse.into()
    }

    /// What it takes in memory, in bytes, with what readers make of it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.event.json.len() + 2 * self.body.len() + BESIDE
    }
}

/// What readers get of an event: on one line, and without what tells of other events.
fn body_of(event: &EncodedEvent) -> Bytes {
    let of_community = event.community_id.is_some_and(|community| community.0 == event.stream.0);
    let shown = for_readers(&event.json, of_community);
    let line = json::on_one_line(&shown);
    let mut body = Vec::with_capacity(line.len() + event.kind_name.len() + 20);
    body.extend_from_slice(b"event: ");
    body.extend_from_slice(event.kind_name.as_bytes());
    body.extend_from_slice(b"\ndata: ");
    body.extend_from_slice(&line);
    body.extend_from_slice(b"\n\n");
    body.into()
}
