//! Counts by key, each by the generic cell rate algorithm: what a minute allows may come at once, and is allowed anew bit by bit.
//!
//! There is room for a fixed number of keys. A count that was not used for a minute is whole again, and forgotten; beyond the room the one
//! used longest ago goes.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

/// The time in which so much is allowed.
pub const WINDOW: Duration = Duration::from_secs(60);

/// How a count stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// What a minute allows.
    pub most: u32,
    /// What is allowed at once from now.
    pub left: u32,
    /// When all of it is allowed again.
    pub whole_after: Duration,
}

/// Nothing is left of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// What a minute allows.
    pub most: u32,
    /// When the next one is allowed.
    pub again_after: Duration,
}

type Bucket<C> = RateLimiter<NotKeyed, InMemoryState, C, StateInformationMiddleware>;

/// The counts of many keys.
pub struct Buckets<K, C: Clock = MonotonicClock> {
    clock: C,
    all: Cache<K, Arc<Bucket<C>>>,
}

impl<K, C> Buckets<K, C>
where
    K: Hash + Eq + Send + Sync + 'static,
    C: Clock + Clone + Send + Sync + 'static,
{
    /// Room for so many keys.
    pub fn new(room: u64, clock: C) -> Self {
        // LRU: a policy that may refuse a newcomer would not count the requests of one.
        let all = Cache::builder().max_capacity(room).eviction_policy(EvictionPolicy::lru());
        Self { clock, all: all.time_to_idle(WINDOW).build() }
    }

    /// Counts one for a key that may have so many in a minute.
    pub fn count(&self, key: K, most: NonZeroU32) -> Result<Level, Spent> {
        let bucket = self.all.get_with(key, || Arc::new(self.whole(most)));
        match bucket.check() {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let replenished = state.quota().replenish_interval();
                Ok(Level {
                    most: most.get(),
                    left,
                    whole_after: replenished * most.get().saturating_sub(left),
                })
            }
            Err(until) => {
                Err(Spent { most: most.get(), again_after: until.wait_time_from(self.clock.now()) })
            }
        }
    }

    fn whole(&self, most: NonZeroU32) -> Bucket<C> {
        let bucket = RateLimiter::direct_with_clock(Quota::per_minute(most), self.clock.clone());
        bucket.with_middleware::<StateInformationMiddleware>()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn of(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).expect("not zero")
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_comes_back_bit_by_bit() {
        let clock = FakeRelativeClock::default();
        let buckets = Buckets::new(10, clock.clone());
        let left = |key| buckets.count(key, of(3)).map(|level| level.left);
        assert_eq!((left("a"), left("a"), left("a")), (Ok(2), Ok(1), Ok(0)));
        let spent = Spent { most: 3, again_after: Duration::from_secs(20) };
        assert_eq!(left("a"), Err(spent));
        assert_eq!(left("b"), Ok(2), "another key");
        clock.advance(Duration::from_secs(20));
        assert_eq!(left("a"), Ok(0));
        assert!(left("a").is_err());
        clock.advance(WINDOW * 2);
        let level = Level { most: 3, left: 2, whole_after: Duration::from_secs(20) };
        assert_eq!(buckets.count("a", of(3)), Ok(level), "no more than a minute allows");
    }

    /// I12: keys that a flood invents take no more room than there is.
    #[test]
    fn a_flood_of_keys_takes_no_more_room_than_there_is() {
        const ROOM: u64 = 100;
        let buckets = Buckets::new(ROOM, FakeRelativeClock::default());
        for key in 0..10_000 {
            assert!(buckets.count(key, of(1)).is_ok());
        }
        buckets.all.run_pending_tasks();
        assert!(buckets.all.entry_count() <= ROOM, "{}", buckets.all.entry_count());
        assert!(buckets.count(9_999, of(1)).is_err(), "the newest are counted");
    }
}
