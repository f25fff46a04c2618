//! Who takes part in direct messages, for the copies of their events that the publisher sends: remembered up to a number, and read from the
//! store for all events of a window at once. Who takes part never changes, so nothing that is remembered becomes wrong.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use ajet_protocol::{ChannelId, Topic, UserId};
use lru::LruCache;
use parking_lot::Mutex;

use crate::bus::EncodedEvent;
use crate::store::Store;

/// Direct messages whose people are remembered, with some 300 bytes each at most.
// Evaluated by the compiler: it can't fail in a running server.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

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

    /// Reads who takes part in the direct messages of a window, as far as that is not remembered. Where the store does not answer it stays
    /// unknown: other nodes find the events by their watermark then.
    pub async fn learn(&self, window: &[Arc<EncodedEvent>]) {
        let unknown: BTreeSet<ChannelId> = {
            let known = self.known.lock();
            window.iter().filter_map(|event| dm_of(event)).filter(|dm| !known.contains(dm)).collect()
        };
        if unknown.is_empty() {
            return;
        }
        let asked: Vec<ChannelId> = unknown.into_iter().collect();
        match self.store.participants_of_all(&asked).await {
            Ok(found) => {
                let mut known = self.known.lock();
                found.into_iter().for_each(|(dm, people)| drop(known.put(dm, people.into())));
            }
            Err(error) => tracing::warn!(%error, "can't read who takes part in direct messages"),
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
