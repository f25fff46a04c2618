//! The record of an entity's crashes, and what follows from it: back-off, quarantine, and poison found out.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::Serialize;

/// Crashes are forgotten after this long.
const WINDOW: Duration = Duration::from_secs(60);
/// Crashes within the window after which the entity rests.
const INTENSITY: usize = 12;
/// How long it rests.
const REST: Duration = Duration::from_secs(20);
/// The first restart is at once; then this, doubling.
const BACK_OFF: Duration = Duration::from_millis(10);
const BACK_OFF_MAX: Duration = Duration::from_secs(2);
/// A command in hand at so many crashes is poison.
const POISON_AFTER: u32 = 2;

/// One entity's crashes.
#[derive(Debug, Default)]
pub struct Record {
    crashes: VecDeque<Instant>,
    pub restarts: u64,
}

impl Record {
    /// Notes a crash.
    pub fn crashed(&mut self, now: Instant) {
        self.forget(now);
        self.crashes.push_back(now);
        self.restarts += 1;
    }

    /// How long the next activation must wait; `None` while the entity rests.
    pub fn wait(&mut self, now: Instant) -> Option<Duration> {
        self.forget(now);
        let last = self.crashes.back().copied();
        if self.crashes.len() >= INTENSITY {
            let rested = last.is_none_or(|last| now.duration_since(last) >= REST);
            if !rested {
                return None;
            }
            self.crashes.clear();
        }
        let doublings = u32::try_from(self.crashes.len()).unwrap_or(u32::MAX).checked_sub(2);
        let back_off =
            doublings.map_or(Duration::ZERO, |n| (BACK_OFF * 2_u32.pow(n.min(10))).min(BACK_OFF_MAX));
        Some(back_off.saturating_sub(last.map_or(back_off, |last| now.duration_since(last))))
    }

    /// Whether it crashed of late: then its commands are noted one by one.
    pub fn is_under_suspicion(&mut self, now: Instant) -> bool {
        self.forget(now);
        !self.crashes.is_empty()
    }

    fn forget(&mut self, now: Instant) {
        while self.crashes.front().is_some_and(|crash| now.duration_since(*crash) > WINDOW) {
            self.crashes.pop_front();
        }
    }
}

/// Which commands were in hand when an entity crashed.
#[derive(Debug, Default)]
pub struct Suspects {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    in_hand: HashSet<u64>,
    counts: HashMap<u64, u32>,
}

impl Suspects {
    /// Notes a command before it is decided.
    pub fn take_in_hand<C: Serialize>(&self, command: &C) {
        self.inner.lock().in_hand.insert(digest(command));
    }

    /// What was in hand is done with.
    pub fn put_down(&self) {
        self.inner.lock().in_hand.clear();
    }

    /// The entity crashed with what is in hand.
    pub fn crashed(&self) {
        let mut inner = self.inner.lock();
        let in_hand = std::mem::take(&mut inner.in_hand);
        for one in in_hand {
            *inner.counts.entry(one).or_default() += 1;
        }
    }

    /// Whether a command has been in hand at too many crashes.
    pub fn is_poison<C: Serialize>(&self, command: &C) -> bool {
        let inner = self.inner.lock();
        !inner.counts.is_empty()
            && inner.counts.get(&digest(command)).is_some_and(|count| *count >= POISON_AFTER)
    }
}

fn digest<C: Serialize>(command: &C) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(&crate::bus::wire::encode(command).unwrap_or_default());
    hasher.finish()
}
