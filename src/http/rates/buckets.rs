//! Counts by key, each by the generic cell rate algorithm: what a minute allows may come at once, and is allowed anew bit by bit.
//!
//! There is room for a fixed number of keys. A count that was not used for a minute is whole again, and forgotten; beyond the room the one
//! used longest ago goes.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use lru::LruCache;
use parking_lot::Mutex;

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

/// The counts of many keys. Each request counts twice, so this is kept lean: a lock, a look-up, and no memory but for a new key.
pub struct Buckets<K, C: Clock = MonotonicClock> {
    clock: C,
    /// A key is counted in the one that its hash says, so that requests seldom wait for one another.
    shards: Box<[Mutex<Shard<K, C>>]>,
    /// Keys that a shard has room for.
    room: usize,
    /// Keys are made up by others: a hash that they can't foresee.
    hashes: RandomState,
}

type Shard<K, C> = LruCache<K, Counted<C>, RandomState>;

/// The count of a key.
struct Counted<C: Clock> {
    bucket: Bucket<C>,
    used: C::Instant,
}

impl<C: Clock> Counted<C> {
    /// Whether it is whole again, unused for a minute.
    fn is_idle(&self, now: C::Instant) -> bool {
        Duration::from(now.duration_since(self.used)) >= WINDOW
    }
}

/// Shards, where there is room for many keys.
const SHARDS: u64 = 16;
/// Keys below which one more shard is not worth it.
const WORTH_A_SHARD: u64 = 1024;
/// Idle counts that are forgotten for each new one: more than come, so that they become few again after a flood.
const FORGOTTEN: usize = 2;

impl<K, C> Buckets<K, C>
where
    K: Hash + Eq,
    C: Clock + Clone,
{
    /// Room for so many keys.
    pub fn new(room: u64, clock: C) -> Self {
        let hashes = RandomState::new();
        let count = (room / WORTH_A_SHARD).clamp(1, SHARDS);
        let shard = || Mutex::new(LruCache::unbounded_with_hasher(hashes.clone()));
        let shards = (0..count).map(|_| shard()).collect();
        Self { clock, shards, room: usize::try_from(room / count).unwrap_or(usize::MAX).max(1), hashes }
    }

    /// Counts one for a key that may have so many in a minute.
    pub fn count(&self, key: K, most: NonZeroU32) -> Result<Level, Spent> {
        let now = self.clock.now();
        let mut shard = self.shard(&key).lock();
        let known = shard.get_mut(&key).filter(|counted| !counted.is_idle(now));
        let checked = if let Some(counted) = known {
            counted.used = now;
            counted.bucket.check()
        } else {
            let bucket = self.whole(most);
            let checked = bucket.check();
            shard.put(key, Counted { bucket, used: now });
            self.forget(&mut shard, now);
            checked
        };
        drop(shard);
        match checked {
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

    fn shard(&self, key: &K) -> &Mutex<Shard<K, C>> {
        // Other bits than those by which the shard's own table places it.
        let hash = self.hashes.hash_one(key).rotate_right(32) as usize;
        &self.shards[hash % self.shards.len()]
    }

    /// Makes room, and forgets some of those that are whole again.
    fn forget(&self, shard: &mut Shard<K, C>, now: C::Instant) {
        for _ in 0..FORGOTTEN {
            let is_full = shard.len() > self.room;
            if is_full || shard.peek_lru().is_some_and(|(_, counted)| counted.is_idle(now)) {
                shard.pop_lru();
            }
        }
    }

    /// How many keys are counted.
    #[cfg(test)]
    fn known(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
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
        assert_eq!(buckets.known(), 100);
        assert!(buckets.count(9_999, of(1)).is_err(), "the newest are counted");
    }

    /// The same where keys are spread over shards.
    #[test]
    fn a_large_room_is_no_larger_than_it_says() {
        const ROOM: u64 = 4096;
        let buckets = Buckets::new(ROOM, FakeRelativeClock::default());
        for key in 0..50_000 {
            assert!(buckets.count(key, of(1)).is_ok());
        }
        assert_eq!((buckets.shards.len(), buckets.known()), (4, 4096));
    }

    /// What was not used for a minute is forgotten as others come, and has what is allowed by then.
    #[test]
    fn an_idle_count_is_forgotten_and_begins_anew() {
        let clock = FakeRelativeClock::default();
        let buckets = Buckets::new(1000, clock.clone());
        for key in 0..500 {
            assert!(buckets.count(key, of(1)).is_ok());
        }
        clock.advance(WINDOW);
        let level = buckets.count(499, of(9)).map(|level| level.left);
        assert_eq!(level, Ok(8), "a limit that was changed meanwhile holds");
        for key in 1000..1250 {
            assert!(buckets.count(key, of(1)).is_ok());
        }
        assert_eq!(buckets.known(), 251);
    }
}
