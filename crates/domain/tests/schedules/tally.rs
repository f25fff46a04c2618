//! What came about in the schedules, so that a fault that is never tried is noticed.

use std::collections::HashMap;

/// How often each fault came about.
#[derive(Default)]
pub struct Tally {
    counts: HashMap<&'static str, u64>,
}

impl Tally {
    pub fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// How often it came about.
    pub fn of(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or(0)
    }

    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.counts {
            *self.counts.entry(what).or_default() += count;
        }
    }

    /// All of these came about often enough to say something.
    pub fn assert_happened(&self, faults: &[&str]) {
        for what in faults {
            assert!(self.of(what) > 100, "{what} was hardly tried: {:?}", self.counts);
        }
    }

    pub fn assert_every_fault_happened(&self) {
        self.assert_happened(&[
            "crash",
            "rival",
            "lost answer",
            "lost request",
            "late append",
            "stale acl",
            "retry",
            "replayed",
            "fenced",
            "ban",
            "kept out",
            "recalled",
            "stepped over",
        ]);
    }
}
