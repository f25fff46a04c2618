//! The published keys as a service remembers them: when they are fetched, and for how long they are gone by.
//!
//! The service fetches them itself. Whatever tokens it is shown, it asks at most once in ten seconds; and what it remembers is worth
//! nothing after a quarter of an hour, so that a key that is not published any more is not accepted any more.

use std::time::{Duration, Instant};

use crate::verify::key_id;
use crate::{BadKeys, KeySet};

/// After this time the keys are fetched again. A new key is published for longer than this before it signs.
const FRESH: Duration = Duration::from_secs(300);
/// After this time without an answer nothing is accepted any more.
const WORTHLESS: Duration = Duration::from_secs(900);
/// Between two fetches: tokens with invented ids cause no more of them.
const AGAIN: Duration = Duration::from_secs(10);

/// The keys of one server. A service keeps it behind a lock that it holds while it fetches, so that others wait for the same answer.
#[derive(Debug, Clone, Default)]
pub struct KeyCache {
    known: KeySet,
    read_at: Option<Instant>,
    asked_at: Option<Instant>,
}

impl KeyCache {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the keys are to be fetched before this token is verified; notes that they are.
    pub fn wants(&mut self, token: &str, now: Instant) -> bool {
        let is_fresh = self.age(now).is_some_and(|age| age < FRESH);
        let lacks = !is_fresh || key_id(token).is_some_and(|id| self.known.get(&id).is_none());
        let asked_lately = self.asked_at.is_some_and(|at| now.saturating_duration_since(at) < AGAIN);
        let wants = lacks && !asked_lately;
        if wants {
            self.asked_at = Some(now);
        }
        wants
    }

    /// Takes in what was answered. An answer that makes no sense changes nothing.
    ///
    /// # Errors
    /// [`BadKeys`]
    pub fn renew(&mut self, document: &[u8], now: Instant) -> Result<(), BadKeys> {
        self.known = KeySet::parse(document)?;
        self.read_at = Some(now);
        Ok(())
    }

    /// The keys to verify by now; none where they were read too long ago.
    #[must_use]
    pub fn keys(&self, now: Instant) -> &KeySet {
        static NONE: KeySet = KeySet::EMPTY;
        if self.age(now).is_some_and(|age| age < WORTHLESS) { &self.known } else { &NONE }
    }

    fn age(&self, now: Instant) -> Option<Duration> {
        self.read_at.map(|at| now.saturating_duration_since(at))
    }
}
