//! Counts of acknowledged writes, and of tries that did not succeed at once.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// The counters of a run.
#[derive(Debug, Default)]
pub struct Tally {
    /// Writes that were acknowledged.
    pub accepted: AtomicU64,
    /// Tries that were answered 503 and the like: come back later.
    pub turned_away: AtomicU64,
    /// Tries whose connection could not be made.
    pub absent: AtomicU64,
    /// Tries whose connection broke with the request under way.
    pub broken: AtomicU64,
    /// Tries without an answer within the time that most people wait.
    pub slow: AtomicU64,
    /// Writes that were given up, and may or may not have been done.
    pub unknown: AtomicU64,
    /// Tries without an answer within the longest time a request may take.
    pub hung: AtomicU64,
}

impl Tally {
    /// What was counted so far.
    #[must_use]
    pub fn counted(&self) -> Counts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            accepted: of(&self.accepted),
            turned_away: of(&self.turned_away),
            absent: of(&self.absent),
            broken: of(&self.broken),
            slow: of(&self.slow),
            unknown: of(&self.unknown),
            hung: of(&self.hung),
        }
    }
}

/// The counters at one moment, or how far they went between two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub accepted: u64,
    pub turned_away: u64,
    pub absent: u64,
    pub broken: u64,
    pub slow: u64,
    pub unknown: u64,
    pub hung: u64,
}

impl Counts {
    /// What was counted since then.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            accepted: self.accepted - before.accepted,
            turned_away: self.turned_away - before.turned_away,
            absent: self.absent - before.absent,
            broken: self.broken - before.broken,
            slow: self.slow - before.slow,
            unknown: self.unknown - before.unknown,
            hung: self.hung - before.hung,
        }
    }
}

impl fmt::Display for Counts {
    /// The tries that did not succeed, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { turned_away, absent, broken, slow, .. } = self;
        write!(f, "{turned_away} answered 503, {absent} without a connection, {broken} broken, {slow} slow")
    }
}
