//! Handing entities off: what belongs to another node finishes the commit it has under way and stops here.
//!
//! Where an entity belongs is the caller's to say. Commands that wait at it are not lost: they are sent on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::activation::Message;
use super::entity::Entity;
use super::entry::Entry;
use super::host::Host;

/// How long an entity that is served for a silent owner stays, unless it is asked again.
const STANDS_IN_FOR: Duration = Duration::from_secs(2);
/// What was being activated when it should have been handed off is looked at again after this time.
const ACTIVATED_WITHIN: Duration = Duration::from_millis(200);
/// Entities that a hand-off checks before it lets other tasks run.
const SWEPT_AT_ONCE: usize = 1000;

impl<E: Entity> Host<E> {
    /// Passivates every entity that belongs elsewhere, after the commit it has under way; callers who wait are sent on. What
    /// stands in for a silent owner stays for a moment, unless it is `all` that goes. When to look again, if something was
    /// left for now: because it stands in, or because it was just being activated.
    pub async fn hand_off(&self, all: bool, belongs_elsewhere: impl Fn(E::Id) -> bool) -> Option<Duration> {
        // In chunks: with 50,000 entities and many nodes it is long until the thread can do anything else.
        let ids: Vec<E::Id> = self.0.entries.read().keys().copied().collect();
        let mut again = None;
        for chunk in ids.chunks(SWEPT_AT_ONCE) {
            let elsewhere: Vec<E::Id> = chunk.iter().copied().filter(|id| belongs_elsewhere(*id)).collect();
            again = [again, self.hand_these_off(all, &elsewhere)].into_iter().flatten().min();
            tokio::task::yield_now().await;
        }
        again
    }

    fn hand_these_off(&self, all: bool, ids: &[E::Id]) -> Option<Duration> {
        let (now, entries) = (Instant::now(), self.0.entries.read());
        let hand_off = |(id, entry): (&E::Id, &Arc<Entry<E>>)| {
            let stands_in = entry.stood_in.lock().is_some_and(|at| now - at < STANDS_IN_FOR);
            if stands_in && !all {
                return Some(STANDS_IN_FOR);
            }
            match entry.live.read().as_ref() {
                Some(actor) => drop(actor.cast(Message::HandOff)),
                None if self.0.registry.is_starting(id) => return Some(ACTIVATED_WITHIN),
                None => {}
            }
            None
        };
        ids.iter().filter_map(|id| entries.get_key_value(id)).filter_map(hand_off).min()
    }

    /// Notes that an entity is served here for an owner whom the caller found silent: it is not handed back at once.
    pub fn stand_in(&self, id: E::Id) {
        *self.0.entries.visit(id).stood_in.lock() = Some(Instant::now());
    }
}
