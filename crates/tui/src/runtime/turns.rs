//! Calls that wait for each other.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::MessageId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

/// Calls that change messages: those of one message run one after another, those of others beside them, so that one that is sent again and
/// again delays no other message.
pub struct Turns {
    places: Arc<Semaphore>,
    /// The last call of each message that has any.
    last: HashMap<MessageId, JoinHandle<()>>,
}

/// Room for one of them.
pub struct Place(OwnedSemaphorePermit);

impl Turns {
    /// So many at most are under way or wait.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(most)), last: HashMap::new() }
    }

    /// Room for one more, if there is any.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok().map(Place)
    }

    /// Runs a call once those before it of the same message have ended.
    pub fn run(&mut self, message: MessageId, place: Place, call: impl Future<Output = ()> + Send + 'static) {
        self.last.retain(|_, task| !task.is_finished());
        let before = self.last.remove(&message);
        let task = tokio::spawn(async move {
            if let Some(before) = before {
                // One that panicked delays no other.
                let _ = before.await;
            }
            call.await;
            drop(place.0);
        });
        self.last.insert(message, task);
    }

    /// Waits until all have ended.
    pub async fn finish(self) {
        for task in self.last.into_values() {
            let _ = task.await;
        }
    }
}
