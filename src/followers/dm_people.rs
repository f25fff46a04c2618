//! Who takes part in direct messages, for the copies of their events that the publisher sends: remembered up to a number, told by the first
//! event of each, and read from the store for all other events of a window at once. Who takes part never changes, so nothing that is
//! remembered becomes wrong. A slow store does not hold the window up: what is not known in time is sent without copies.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{ChannelId, Envelope, EventType, Topic, UserId};
use lru::LruCache;
use parking_lot::Mutex;
use tokio::time::timeout;

use crate::bus::EncodedEvent;
use crate::store::Store;

/// Direct messages whose people are remembered, with some 300 bytes each at most.
// Evaluated by the compiler: it can't fail in a running server.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

/// How long a window waits for it: all other events of the node wait behind it.
const LEARN_WITHIN: Duration = Duration::from_millis(200);

/// The people of direct messages, as far as this node remembers them.
pub struct DmPeople {
    store: Store,
    known: Mutex<LruCache<ChannelId, Arc<[UserId]>>>,
}

impl DmPeople {
    /// Remembers none yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, known: Mutex::new(LruCache::sparse(REMEMBERED)) }
    }

    /// Reads who takes part in the direct messages of a window, as far as that is not remembered. Where the store does not answer soon it
    /// stays unknown: other nodes find the events by their watermark then.
    pub async fn learn(&self, window: &[Arc<EncodedEvent>]) {
        self.note_new(window);
        let unknown: BTreeSet<ChannelId> = {
            let known = self.known.lock();
            window.iter().filter_map(|event| dm_of(event)).filter(|dm| !known.contains(dm)).collect()
        };
        if unknown.is_empty() {
            return;
        }
        let asked: Vec<ChannelId> = unknown.into_iter().collect();
        match timeout(LEARN_WITHIN, self.store.participants_of_all(&asked)).await {
            Ok(Ok(found)) => {
                let mut known = self.known.lock();
                found.into_iter().for_each(|(dm, people)| drop(known.put(dm, people.into())));
            }
            Ok(Err(error)) => tracing::warn!(%error, "can't read who takes part in direct messages"),
            Err(_) => tracing::warn!("who takes part in direct messages was not read in time"),
        }
    }

    /// Notes the people of direct messages that begin in a window: their first events name them.
    fn note_new(&self, window: &[Arc<EncodedEvent>]) {
        for event in window.iter().filter(|event| event.kind == Some(EventType::ChannelCreated)) {
            let Some(dm) = dm_of(event) else { continue };
            let people = Envelope::parse(&event.json).map(|envelope| envelope.arrivals()).unwrap_or_default();
            if !people.is_empty() {
                self.known.lock().put(dm, people.into());
            }
        }
    }

    /// Who takes part in an event's direct message, as far as that is known; empty for every other event.
    #[must_use]
    pub fn of(&self, event: &EncodedEvent) -> Arc<[UserId]> {
        let found = dm_of(event).and_then(|dm| self.known.lock().get(&dm).cloned());
        found.unwrap_or_default()
    }
}

fn dm_of(event: &EncodedEvent) -> Option<ChannelId> {
    match event.topic() {
        Topic::Dm(dm) => Some(dm),
        Topic::Community(_) | Topic::Person(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use ajet_protocol::events::{ChannelPayload, ENVELOPE_VERSION};
    use ajet_protocol::{Addressed, ChannelShown, ChannelType, Event, Timestamp, User, Visibility};
    use uuid::Uuid;

    use super::*;
    use crate::config::{Profile, Sources, load};

    const DM: ChannelId = ChannelId(Uuid::from_u128(50));

    /// People of whom nothing can be read.
    fn without_a_store() -> DmPeople {
        let variables = vec![("AJET_DB_PORT".into(), "1".into())];
        let sources = Sources { variables, profile: Profile::Dev, ..Sources::default() };
        DmPeople::new(Store::new(&load(&sources).expect("loads").0.db))
    }

    fn person(n: u128) -> User {
        User {
            id: UserId(Uuid::from_u128(n)),
            username: "u".into(),
            display_name: "U".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(1),
        }
    }

    /// The first event of a direct message of these people.
    fn begins(members: Vec<User>) -> Arc<EncodedEvent> {
        let created_at = Timestamp::from_unix_millis(1);
        let channel = ChannelShown {
            id: DM,
            community_id: None,
            name: String::new(),
            kind: ChannelType::Dm,
            visibility: Visibility::Private,
            topic: None,
            category_id: None,
            position: 0,
            members,
            last_message_id: None,
            archived: false,
            slow_mode_s: 0,
            created_at,
        };
        let event = Event::ChannelCreated(ChannelPayload { channel });
        let event = Envelope {
            v: ENVELOPE_VERSION,
            id: Uuid::from_u128(4).into(),
            kind: event.kind().as_str().into(),
            ts: created_at,
            stream: DM.into(),
            seq: Some(1),
            community_id: None,
            channel_id: Some(DM),
            actor_id: None,
            acl_version: Some(1),
            payload: event.payload(),
        };
        Arc::new(EncodedEvent::of(&Addressed::of(event).expect("has an audience")))
    }

    #[tokio::test]
    async fn the_first_event_names_the_people() {
        let (dms, event) = (without_a_store(), begins(vec![person(1), person(2)]));
        dms.learn(&[Arc::clone(&event)]).await;
        assert_eq!(*dms.of(&event), [person(1).id, person(2).id]);
    }

    /// The way to the database is tried for two seconds.
    #[tokio::test]
    async fn a_store_that_does_not_answer_holds_no_window_up() {
        let (dms, nameless, began) = (without_a_store(), begins(vec![]), Instant::now());
        dms.learn(&[Arc::clone(&nameless)]).await;
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert!(dms.of(&nameless).is_empty(), "it is sent without copies");
    }
}
