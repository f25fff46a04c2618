//! The bounded gate before an entity's mailbox, which ractor does not bound.
//!
//! A command holds its place from its admission until it is answered. A full gate lets no command wait: it is refused
//! as *busy*.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places for the commands of one entity.
pub struct Gate {
    places: Arc<Semaphore>,
    size: usize,
}

impl Gate {
    /// A gate for this many commands.
    pub fn new(size: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(size)), size }
    }

    /// Takes a place; `None` if there is no free one.
    pub fn enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Commands that wait or are under way.
    pub fn waiting(&self) -> usize {
        self.size.saturating_sub(self.places.available_permits())
    }
}
