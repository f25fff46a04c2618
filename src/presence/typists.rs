//! Who types where, and which node follows it: until when, and when it was said last.
//!
//! Pure: time is an argument. The node that took the last `start` of a person in a channel follows it; the others are told, so that one
//! which took an earlier one lets go, and that each knows what a `stop` ends. When somebody last said that they type is known for three
//! seconds, also after they have stopped: so often at most others are told by one person in one channel.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use ajet_protocol::{ChannelId, UserId};

/// A person in a channel.
pub type Key = (UserId, ChannelId);

/// How many are known at once, with some 300 bytes each in all; of more no one is told.
const MOST: usize = 20_000;
/// A `start` that comes so soon after another one says nothing new.
const SAME_WITHIN: Duration = Duration::from_secs(3);

/// Which node tells that somebody types no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Here,
    Elsewhere,
    /// They have stopped, and were told of.
    Stopped,
}

/// Somebody who types, or who has just stopped.
#[derive(Debug, Clone, Copy)]
struct Typist {
    /// When they last said that they type.
    said: Instant,
    /// When this is forgotten.
    due: Instant,
    follows: Follows,
}

/// What comes of a `start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// Others are to be told.
    Now,
    /// It says nothing new.
    Again,
    /// Too many type, of whom this is not one.
    NoRoom,
}

/// Who types where.
pub struct Typists {
    lasts: Duration,
    known: HashMap<Key, Typist>,
    /// When each of them is due, each once.
    due: BTreeSet<(Instant, Key)>,
}

impl Typists {
    /// No one; each `start` lasts this long.
    #[must_use]
    pub fn new(lasts: Duration) -> Self {
        Self { lasts, known: HashMap::new(), due: BTreeSet::new() }
    }

    /// Whether a person has said so just now, and may have stopped since.
    #[must_use]
    pub fn is_recent(&self, key: Key, now: Instant) -> bool {
        let since = |one: &Typist| now.saturating_duration_since(one.said);
        self.known.get(&key).is_some_and(|one| since(one) < self.same_within())
    }

    /// A person types: this node follows it.
    pub fn start(&mut self, key: Key, now: Instant) -> Started {
        if self.is_recent(key, now) {
            return Started::Again;
        }
        if self.is_full_for(key) {
            return Started::NoRoom;
        }
        self.put(key, Typist { said: now, due: now + self.lasts, follows: Follows::Here });
        Started::Now
    }

    /// Another node follows a person from now on.
    pub fn follow_elsewhere(&mut self, key: Key, now: Instant) {
        if !self.is_full_for(key) {
            self.put(key, Typist { said: now, due: now + self.lasts, follows: Follows::Elsewhere });
        }
    }

    /// A person types no more. Whether they did, as far as this node knows.
    pub fn stop(&mut self, key: Key) -> bool {
        let Some(one) = self.known.get(&key).copied() else { return false };
        let types = one.follows != Follows::Stopped;
        if types {
            let due = one.said + self.same_within();
            self.put(key, Typist { due, follows: Follows::Stopped, ..one });
        }
        types
    }

    /// When to look next for what is due; `None` where no one is known.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Forgets all that is due. Those whose typing has ended so, and was followed here.
    pub fn take_ended(&mut self, now: Instant) -> Vec<Key> {
        let mut ended = Vec::new();
        while let Some((_, key)) = self.due.first().copied().filter(|(at, _)| *at <= now) {
            self.due.pop_first();
            if self.known.remove(&key).is_some_and(|one| one.follows == Follows::Here) {
                ended.push(key);
            }
        }
        ended
    }

    /// Where typing ends sooner than that, somebody may say it again as soon.
    fn same_within(&self) -> Duration {
        SAME_WITHIN.min(self.lasts)
    }

    fn is_full_for(&self, key: Key) -> bool {
        self.known.len() >= MOST && !self.known.contains_key(&key)
    }

    fn put(&mut self, key: Key, typist: Typist) {
        if let Some(before) = self.known.insert(key, typist) {
            self.due.remove(&(before.due, key));
        }
        self.due.insert((typist.due, key));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const LASTS: Duration = Duration::from_secs(15);

    fn key(n: u128) -> Key {
        (UserId(Uuid::from_u128(n)), ChannelId(Uuid::from_u128(9)))
    }

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn typing_ends_by_itself_where_it_is_not_said_again() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        assert_eq!(typists.next_due(), None);
        for (who, after) in [(1, 0), (2, 1), (1, 10)] {
            assert_eq!(typists.start(key(who), now + seconds(after)), Started::Now);
        }
        assert_eq!(typists.next_due(), Some(now + seconds(16)), "of whom it was not said again");
        assert_eq!(typists.take_ended(now + LASTS), []);
        assert_eq!(typists.take_ended(now + seconds(16)), [key(2)]);
        assert_eq!(typists.take_ended(now + seconds(24)), []);
        assert_eq!(typists.take_ended(now + seconds(25)), [key(1)]);
        assert_eq!(typists.next_due(), None);
    }

    #[test]
    fn who_has_stopped_or_is_followed_elsewhere_does_not_end_again() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        assert!(!typists.stop(key(1)), "did not type");
        typists.start(key(1), now);
        assert_eq!([typists.stop(key(1)), typists.stop(key(1))], [true, false]);
        typists.start(key(2), now);
        typists.follow_elsewhere(key(2), now + seconds(1));
        typists.follow_elsewhere(key(3), now);
        assert!(typists.stop(key(3)), "a stop may come to another node than the start");
        assert_eq!(typists.take_ended(now + LASTS + seconds(1)), []);
        assert_eq!(typists.next_due(), None);
    }

    #[test]
    fn the_same_within_three_seconds_says_nothing_new_whether_it_was_stopped_or_not() {
        for stops in [false, true] {
            let (mut typists, now) = (Typists::new(LASTS), Instant::now());
            assert!(!typists.is_recent(key(1), now));
            assert_eq!(typists.start(key(1), now), Started::Now);
            if stops {
                assert!(typists.stop(key(1)));
            }
            let just_before = now + Duration::from_millis(2999);
            assert!(typists.is_recent(key(1), just_before));
            assert_eq!(typists.start(key(1), just_before), Started::Again);
            assert!(!typists.is_recent(key(2), now), "of somebody else");
            assert_eq!(typists.start(key(1), now + seconds(3)), Started::Now);
        }
    }

    #[test]
    fn what_another_node_took_within_three_seconds_counts_as_well() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        typists.follow_elsewhere(key(1), now);
        assert_eq!(typists.start(key(1), now + seconds(1)), Started::Again);
        assert_eq!(typists.start(key(1), now + seconds(3)), Started::Now);
        assert_eq!(typists.take_ended(now + seconds(18)), [key(1)], "now it is followed here");
    }

    /// I12.
    #[test]
    fn who_starts_and_stops_all_the_time_takes_one_place_for_three_seconds() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        let told = (0..1000).filter(|_| {
            let started = typists.start(key(1), now) == Started::Now;
            typists.stop(key(1));
            started
        });
        assert_eq!(told.count(), 1);
        assert_eq!((typists.known.len(), typists.due.len()), (1, 1));
        assert_eq!(typists.next_due(), Some(now + seconds(3)));
        assert_eq!(typists.take_ended(now + seconds(3)), []);
        assert!(typists.known.is_empty() && typists.due.is_empty());
    }

    /// I12.
    #[test]
    fn of_more_than_a_number_no_one_is_told() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        let most = MOST as u128;
        assert!((0..most).all(|n| typists.start(key(n), now) == Started::Now));
        assert_eq!(typists.start(key(most), now), Started::NoRoom);
        typists.follow_elsewhere(key(most), now);
        assert!(!typists.stop(key(most)), "has no room either");
        let later = now + seconds(4);
        assert_eq!(typists.start(key(0), later), Started::Now, "those who do may go on");
        assert_eq!(typists.take_ended(now + LASTS).len(), MOST - 1);
        assert_eq!(typists.start(key(most), now + LASTS), Started::Now);
    }
}
