//! What operators see of a host, and the deaths they may ask for.
//!
//! Figures are of this moment and of this node; nothing here waits, activates, or changes what an entity decides.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::activation::Message;
use super::entity::Entity;
use super::host::Host;

/// What operators see of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityInfo {
    pub waiting: usize,
    pub restarts: u64,
    pub uptime: Duration,
}

impl<E: Entity> Host<E> {
    /// What operators see of an entity; `None` where it is not active here.
    pub fn info(&self, id: E::Id) -> Option<EntityInfo> {
        let entry = self.0.entries.get(id)?;
        entry.live.read().as_ref()?;
        let restarts = entry.crashes.lock().restarts;
        let uptime = entry.since.lock().elapsed();
        Some(EntityInfo { waiting: entry.gate.waiting(), restarts, uptime })
    }

    /// How many entities are active here.
    #[must_use]
    pub fn active(&self) -> usize {
        self.0.registry.count()
    }

    /// Commands that wait or are under way at all entities here.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.entries.read().values().map(|entry| entry.gate.waiting()).sum()
    }

    /// Commands answered here so far, and the microseconds they took together.
    #[must_use]
    pub fn answered(&self) -> (u64, u64) {
        (self.0.answered.load(Ordering::Relaxed), self.0.answering_us.load(Ordering::Relaxed))
    }

    /// The entities active here, those with the most commands waiting first.
    #[must_use]
    pub fn busiest(&self, most: usize) -> Vec<(E::Id, EntityInfo)> {
        let ids = self.0.registry.keys();
        let mut all: Vec<_> = ids.into_iter().filter_map(|id| Some((id, self.info(id)?))).collect();
        all.sort_by_key(|(_, info)| std::cmp::Reverse((info.waiting, info.restarts, info.uptime)));
        all.truncate(most);
        all
    }

    /// Activations that crashed here so far.
    #[must_use]
    pub fn crashes(&self) -> u64 {
        self.0.crashes.load(Ordering::Relaxed)
    }

    /// Counts a crash, for the node and for its metrics.
    pub(super) fn count_crash(&self) {
        self.0.crashes.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("ajet_entity_crashes_total", "kind" => E::NAME).increment(1);
    }

    /// Stops or crashes an entity's activation (chaos, and tests); whether there was one.
    pub fn kill(&self, id: E::Id, panic: bool) -> bool {
        let Some(actor) = self.0.entries.get(id).and_then(|entry| entry.live.read().clone()) else {
            return false;
        };
        if panic {
            return actor.cast(Message::Panic).is_ok();
        }
        actor.kill();
        true
    }
}
