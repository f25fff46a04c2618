//! The reactions to new messages, as an activation remembers them: all of a message's, or none. A message has none when it is posted, and
//! only its channel's writer changes that, so a reaction to a message of this activation is decided without a look-up, as a post is.

use std::num::NonZeroUsize;

use ajet_protocol::{MessageId, UserId};
use lru::LruCache;

use crate::need::{ReactionFacts, ReactionOf};

/// Messages whose reactions are remembered. The compiler evaluates it: it can't fail in a running server.
const MESSAGES: NonZeroUsize = NonZeroUsize::new(128).unwrap();
/// Reactions to a message that has more are looked up: each decision goes through all that are remembered.
const OF_ONE: usize = 200;
/// Bytes of all that are remembered.
const BYTES: usize = 32 << 10;

/// Who reacted to a message with what, and the bytes that takes.
#[derive(Debug, Default)]
struct Tally {
    given: Vec<(UserId, Box<str>)>,
    bytes: usize,
}

/// The reactions to the messages that were reacted to, or posted, last.
#[derive(Debug)]
pub(super) struct Tallies {
    of: LruCache<MessageId, Tally>,
    bytes: usize,
}

impl Default for Tallies {
    fn default() -> Self {
        Self { of: LruCache::sparse(MESSAGES), bytes: 0 }
    }
}

impl Tallies {
    /// Whether all reactions to a message are remembered.
    pub(super) fn has(&self, message: MessageId) -> bool {
        self.of.contains(&message)
    }

    /// What is known of a reaction; `None` where the reactions to that message are not remembered.
    pub(super) fn facts(&self, asked: &ReactionOf) -> Option<ReactionFacts> {
        let people = self.people(asked)?;
        let given = &self.of.peek(&asked.message)?.given;
        let mut emoji: Vec<&str> = given.iter().map(|(_, emoji)| &**emoji).collect();
        emoji.sort_unstable();
        emoji.dedup();
        let mine = given.iter().any(|(user, emoji)| *user == asked.user && **emoji == asked.emoji);
        Some(ReactionFacts { mine, people, different: counted(emoji.len()) })
    }

    /// How many people have the emoji of a reaction; `None` as for [`Self::facts`].
    pub(super) fn people(&self, asked: &ReactionOf) -> Option<i64> {
        let given = &self.of.peek(&asked.message)?.given;
        Some(counted(given.iter().filter(|(_, emoji)| **emoji == asked.emoji).count()))
    }

    /// A message was posted.
    pub(super) fn begin(&mut self, message: MessageId) {
        if let Some((_, old)) = self.of.push(message, Tally::default()) {
            self.bytes -= old.bytes;
        }
    }

    /// A reaction was added.
    pub(super) fn add(&mut self, message: MessageId, user: UserId, emoji: &str) {
        let Some(tally) = self.of.get_mut(&message) else { return };
        let taken = taken_by(emoji);
        tally.given.push((user, emoji.into()));
        tally.bytes += taken;
        self.bytes += taken;
        if tally.given.len() > OF_ONE {
            self.forget(message);
        }
        while self.bytes > BYTES
            && let Some((_, old)) = self.of.pop_lru()
        {
            self.bytes -= old.bytes;
        }
    }

    /// A reaction was taken back.
    pub(super) fn remove(&mut self, message: MessageId, user: UserId, emoji: &str) {
        let Some(tally) = self.of.get_mut(&message) else { return };
        let is_that = |(by, one): &(UserId, Box<str>)| *by == user && **one == *emoji;
        if let Some(at) = tally.given.iter().position(is_that) {
            tally.given.swap_remove(at);
            tally.bytes -= taken_by(emoji);
            self.bytes -= taken_by(emoji);
        }
    }

    /// What is done to a message from now on is not remembered.
    pub(super) fn forget(&mut self, message: MessageId) {
        if let Some(old) = self.of.pop(&message) {
            self.bytes -= old.bytes;
        }
    }
}

fn counted(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The bytes of a reaction, with those that its text's allocation takes.
fn taken_by(emoji: &str) -> usize {
    size_of::<(UserId, Box<str>)>() + emoji.len() + 16
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn message(n: u128) -> MessageId {
        MessageId(Uuid::from_u128(n))
    }

    fn react(tallies: &mut Tallies, to: u128, reactions: std::ops::Range<u128>) {
        for n in reactions {
            tallies.add(message(to), UserId(Uuid::from_u128(n)), &"👩‍👩‍👧‍👦".repeat(4));
        }
    }

    /// The bytes that are counted are those that are there.
    fn is_counted(tallies: &Tallies) -> bool {
        let there: usize =
            tallies.of.iter().flat_map(|(_, one)| &one.given).map(|(_, emoji)| taken_by(emoji)).sum();
        there == tallies.bytes && there <= BYTES
    }

    #[test]
    fn a_message_with_many_reactions_is_forgotten() {
        let mut tallies = Tallies::default();
        tallies.begin(message(1));
        react(&mut tallies, 1, 0..OF_ONE as u128);
        assert!(tallies.has(message(1)) && is_counted(&tallies));
        react(&mut tallies, 1, 1000..1001);
        assert!(!tallies.has(message(1)) && is_counted(&tallies), "{}", tallies.bytes);
        react(&mut tallies, 1, 1001..1002);
        assert!(!tallies.has(message(1)), "the rest of them is not known");
    }

    #[test]
    fn what_is_remembered_is_bounded_in_messages_and_bytes() {
        let mut tallies = Tallies::default();
        for n in 0..1000 {
            tallies.begin(message(n));
            react(&mut tallies, n, 0..n % 60);
            assert!(tallies.of.len() <= MESSAGES.get() && is_counted(&tallies), "{n}");
        }
        assert!(tallies.has(message(999)) && !tallies.has(message(0)));
    }

    #[test]
    fn what_is_taken_back_makes_room() {
        let mut tallies = Tallies::default();
        tallies.begin(message(1));
        for _ in 0..10 {
            react(&mut tallies, 1, 0..100);
            for n in 0..100 {
                tallies.remove(message(1), UserId(Uuid::from_u128(n)), &"👩‍👩‍👧‍👦".repeat(4));
            }
            tallies.remove(message(1), UserId(Uuid::nil()), "is not there");
        }
        assert!(tallies.has(message(1)) && tallies.bytes == 0);
    }
}
