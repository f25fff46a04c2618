//! In which channel messages are: those that were posted or asked for here recently. It never changes, and an address of a message, of its
//! reactions or its thread does not say it. Whether a message is there any more, and for whom, is the channel's to say.

use std::num::NonZeroUsize;
use std::sync::Arc;

use ajet_protocol::{ChannelId, MessageId};
use lru::LruCache;
use parking_lot::Mutex;

use crate::store::{Store, StoreError};

/// Messages that are remembered, with some 100 bytes each.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(65_536).expect("not zero");

/// Where messages are; cheap to clone.
#[derive(Clone)]
pub struct MessagePlaces {
    store: Store,
    known: Arc<Mutex<LruCache<MessageId, ChannelId>>>,
}

impl MessagePlaces {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, known: Arc::new(Mutex::new(LruCache::sparse(REMEMBERED))) }
    }

    /// A message was posted here: reactions, edits and replies are to come.
    pub fn note(&self, message: MessageId, channel: ChannelId) {
        self.known.lock().put(message, channel);
    }

    /// The channel of a message; `None` where there is no such message.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of(&self, message: MessageId) -> Result<Option<ChannelId>, StoreError> {
        let known = self.known.lock().get(&message).copied();
        if known.is_some() {
            return Ok(known);
        }
        let found = self.store.channel_of(message).await?;
        if let Some(channel) = found {
            self.note(message, channel);
        }
        Ok(found)
    }
}
