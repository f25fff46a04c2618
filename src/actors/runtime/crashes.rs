//! An entity's crashes, and what follows from them: back-off, rest, and commands found to be poison.
//!
//! It only counts and remembers: the host waits, refuses, and lets the commands of a suspected entity in one by one.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ajet_domain::asked::Asked;
use ajet_domain::verb::Verbs;
use parking_lot::Mutex;

/// Crashes are forgotten after this long.
const WINDOW: Duration = Duration::from_secs(60);
/// Crashes within the window after which the entity rests.
const INTENSITY: usize = 12;
/// How long it rests.
const REST: Duration = Duration::from_secs(20);
/// The first restart is immediate; then this, doubling.
const BACK_OFF: Duration = Duration::from_millis(10);
const BACK_OFF_MAX: Duration = Duration::from_secs(2);
/// A command that made the entity crash this often, while it was watched, is poison.
const POISON_AFTER: u32 = 2;
/// How long that is remembered.
const REMEMBERED: Duration = Duration::from_secs(600);

/// One entity's crashes.
#[derive(Debug, Default)]
pub struct Crashes {
    recent: VecDeque<Instant>,
    /// Crashes ever, each of which a new activation follows.
    pub restarts: u64,
}

impl Crashes {
    /// Notes a crash.
    pub fn crashed(&mut self, now: Instant) {
        self.forget(now);
        self.recent.push_back(now);
        self.restarts += 1;
    }

    /// How long the next activation must wait; `None` while the entity rests.
    pub fn wait(&mut self, now: Instant) -> Option<Duration> {
        self.forget(now);
        let last = self.recent.back().copied();
        if self.recent.len() >= INTENSITY {
            let rested = last.is_none_or(|last| now.duration_since(last) >= REST);
            if !rested {
                return None;
            }
            self.recent.clear();
        }
        let doublings = u32::try_from(self.recent.len()).unwrap_or(u32::MAX).checked_sub(2);
        let back_off =
            doublings.map_or(Duration::ZERO, |n| (BACK_OFF * 2_u32.pow(n.min(10))).min(BACK_OFF_MAX));
        Some(back_off.saturating_sub(last.map_or(back_off, |last| now.duration_since(last))))
    }

    /// Whether it crashed recently: then its commands are noted one by one.
    pub fn is_under_suspicion(&mut self, now: Instant) -> bool {
        self.forget(now);
        !self.recent.is_empty()
    }

    fn forget(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|crash| now.duration_since(*crash) > WINDOW) {
            self.recent.pop_front();
        }
    }
}

/// Which command an entity crashed on.
///
/// While an entity is under suspicion its commands are let in one by one, so the one in hand at a crash is the culprit.
#[derive(Debug, Default)]
pub struct Suspects {
    watching: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    in_hand: Option<u64>,
    deciding: bool,
    counts: HashMap<u64, (u32, Option<Instant>)>,
}

impl Suspects {
    /// Whether to note commands from now on.
    pub fn watch(&self, watching: bool) {
        self.watching.store(watching, Ordering::Relaxed);
    }

    /// Notes the command that came in.
    pub fn take_in_hand<V: Verbs>(&self, command: &Asked<V>) {
        if self.watching.load(Ordering::Relaxed) {
            self.inner.lock().in_hand = Some(command.digest());
        }
    }

    /// A decision begins or has ended well.
    pub fn deciding(&self, deciding: bool) {
        if self.watching.load(Ordering::Relaxed) {
            self.inner.lock().deciding = deciding;
        }
    }

    /// The entity crashed; a crash outside a decision is no command's fault.
    pub fn crashed(&self, now: Instant) {
        let mut inner = self.inner.lock();
        let guilty = inner.in_hand.take().filter(|_| inner.deciding);
        inner.deciding = false;
        if let Some(one) = guilty {
            let (count, last) = inner.counts.entry(one).or_default();
            *count += 1;
            *last = Some(now);
        }
    }

    /// Whether a command has recently made the entity crash too often.
    pub fn is_poison<V: Verbs>(&self, command: &Asked<V>, now: Instant) -> bool {
        let mut inner = self.inner.lock();
        if inner.counts.is_empty() {
            return false;
        }
        inner.counts.retain(|_, (_, last)| last.is_some_and(|last| now.duration_since(last) < REMEMBERED));
        inner.counts.get(&command.digest()).is_some_and(|(count, _)| *count >= POISON_AFTER)
    }
}
