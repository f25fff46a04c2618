//! Who types where, as far as this node follows it: until when, and whether it was said just now.
//!
//! Pure: time is an argument. The node that took the last `start` of a person in a channel follows it; another one that took an
//! earlier one is told, and lets go.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use ajet_protocol::{ChannelId, Topic, UserId};

/// A person in a channel.
pub type Key = (UserId, ChannelId);

/// How many are followed at once, with some 300 bytes each in all; of more no one is told.
const MOST: usize = 20_000;
/// A `start` that comes so soon after another one says nothing new.
const SAME_WITHIN: Duration = Duration::from_secs(3);

/// Somebody who types.
#[derive(Debug, Clone, Copy)]
struct Typist {
    topic: Topic,
    started: Instant,
    ends: Instant,
}

/// Who types where.
pub struct Typists {
    lasts: Duration,
    typing: HashMap<Key, Typist>,
    /// When each may end, the next one first. Of one that was said again the earlier ones count no more.
    ends: VecDeque<(Instant, Key)>,
}

impl Typists {
    /// No one; each `start` lasts this long.
    #[must_use]
    pub fn new(lasts: Duration) -> Self {
        Self { lasts, typing: HashMap::new(), ends: VecDeque::new() }
    }

    /// Whether a person has said so just now.
    #[must_use]
    pub fn is_recent(&self, key: Key, now: Instant) -> bool {
        let since = |one: &Typist| now.saturating_duration_since(one.started);
        self.typing.get(&key).is_some_and(|one| since(one) < SAME_WITHIN.min(self.lasts))
    }

    /// A person types. False where too many do, of whom this is not one.
    pub fn start(&mut self, key: Key, topic: Topic, now: Instant) -> bool {
        let is_new = !self.typing.contains_key(&key);
        // Each `start` has an entry in both; of one person they come every few seconds at most.
        if (is_new && self.typing.len() >= MOST) || self.ends.len() >= 8 * MOST {
            return false;
        }
        let ends = now + self.lasts;
        self.typing.insert(key, Typist { topic, started: now, ends });
        self.ends.push_back((ends, key));
        true
    }

    /// A person types no more, or another node follows them. What the channel belongs to, if this node followed them.
    pub fn forget(&mut self, key: Key) -> Option<Topic> {
        self.typing.remove(&key).map(|one| one.topic)
    }

    /// When to look next for what has ended; `None` where no one types.
    #[must_use]
    pub fn next_end(&self) -> Option<Instant> {
        self.ends.front().map(|(at, _)| *at)
    }

    /// Takes out those whose typing has ended, each with what the channel belongs to.
    pub fn take_ended(&mut self, now: Instant) -> Vec<(Key, Topic)> {
        let mut ended = Vec::new();
        while let Some((at, key)) = self.ends.front().copied().filter(|(at, _)| *at <= now) {
            self.ends.pop_front();
            if let Some(one) = self.typing.get(&key).copied().filter(|one| one.ends == at) {
                self.typing.remove(&key);
                ended.push((key, one.topic));
            }
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::CommunityId;
    use uuid::Uuid;

    use super::*;

    const LASTS: Duration = Duration::from_secs(15);
    const TOPIC: Topic = Topic::Community(CommunityId(Uuid::from_u128(5)));

    fn key(n: u128) -> Key {
        (UserId(Uuid::from_u128(n)), ChannelId(Uuid::from_u128(9)))
    }

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn typing_ends_by_itself_where_it_is_not_said_again() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        assert_eq!(typists.next_end(), None);
        assert!(typists.start(key(1), TOPIC, now) && typists.start(key(2), TOPIC, now + seconds(1)));
        assert!(typists.start(key(1), TOPIC, now + seconds(10)));
        assert_eq!(typists.next_end(), Some(now + LASTS));
        assert_eq!(typists.take_ended(now + LASTS), [], "it was said again");
        assert_eq!(typists.take_ended(now + seconds(16)), [(key(2), TOPIC)]);
        assert_eq!(typists.take_ended(now + seconds(24)), []);
        assert_eq!(typists.take_ended(now + seconds(25)), [(key(1), TOPIC)]);
        assert_eq!(typists.next_end(), None);
    }

    #[test]
    fn who_has_stopped_or_is_followed_elsewhere_does_not_end_again() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        typists.start(key(1), TOPIC, now);
        assert_eq!((typists.forget(key(1)), typists.forget(key(1))), (Some(TOPIC), None));
        assert_eq!(typists.take_ended(now + LASTS), []);
    }

    #[test]
    fn the_same_within_three_seconds_says_nothing_new() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        assert!(!typists.is_recent(key(1), now));
        typists.start(key(1), TOPIC, now);
        assert!(typists.is_recent(key(1), now + Duration::from_millis(2999)));
        assert!(!typists.is_recent(key(2), now), "of somebody else");
        assert!(!typists.is_recent(key(1), now + seconds(3)));
        typists.forget(key(1));
        assert!(!typists.is_recent(key(1), now), "after a stop it does");
    }

    /// I12.
    #[test]
    fn of_more_than_a_number_no_one_is_told() {
        let (mut typists, now) = (Typists::new(LASTS), Instant::now());
        let most = MOST as u128;
        assert!((0..most).all(|n| typists.start(key(n), TOPIC, now)));
        assert!(!typists.start(key(most), TOPIC, now));
        assert!(typists.start(key(0), TOPIC, now + seconds(4)), "those who do may go on");
        assert_eq!(typists.take_ended(now + LASTS).len(), MOST - 1);
        assert!(typists.start(key(most), TOPIC, now + LASTS));
    }
}
