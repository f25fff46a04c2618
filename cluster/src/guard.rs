//! Whether this node may serve: a node that was stopped finds out before it answers a read or emits an event.
//!
//! A thread of the operating system ticks. A read is answered and an event is emitted only if the last tick is recent: if it
//! is not, the process was stopped, and other nodes may have taken over its entities and ended its sessions. The node then
//! serves nothing until that is verified.
//!
//! Starvation is different: the runtime gets no processor time, but the thread does and keeps ticking. The node goes on
//! serving while it checks again, and drops nothing: dropping every activation makes more load when there is too much of it.
//!
//! # Why no stop is missed
//!
//! After a stop the node is not entitled until a verification that began after it is over, whichever thread runs first:
//!
//! - Before the ticking thread runs, the last tick is from before the stop. `is_entitled` reads the tick first and the clock
//!   last, so a stop before it reads the clock makes the tick too old. A stop after that is like one after the answer.
//! - When the ticking thread runs, it compares its tick with the one before. If the gap is a stop, the thread counts the stop
//!   *before* it stores the new tick; a reader that sees the new tick (acquire) also sees the count (release).
//! - Only a verification takes a counted stop back, and only stops counted before it began. A stop during the verification is
//!   counted on top, or has not been noticed yet and has left an old tick.
//! - The thread reads the clock before it stores the tick. If it is stopped in between, the tick that it stores is old.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// A pause longer than this is a stall. Above scheduler jitter, below the time after which others act without us.
pub const STALL: Duration = Duration::from_millis(1500);
const STALL_MS: u64 = STALL.as_millis() as u64;
const TICK: Duration = Duration::from_millis(100);

/// The node's entitlement to serve. Ticked by a thread of its own ([`Guard::start_ticking`]), or by hand in tests and
/// simulations.
#[derive(Debug)]
pub struct Guard {
    base: Instant,
    /// Milliseconds from `base` to the last tick.
    ticked: AtomicU64,
    /// Stops that were noticed so far.
    stops: AtomicU64,
    /// How many of them were verified.
    verified: watch::Sender<u64>,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            base: Instant::now(),
            ticked: AtomicU64::new(0),
            stops: AtomicU64::new(0),
            verified: watch::Sender::new(0),
        }
    }
}

impl Guard {
    /// Ticks from now on, on a thread of its own that ends with the guard.
    ///
    /// # Panics
    /// When the system has no thread left.
    pub fn start_ticking(self: &Arc<Self>) {
        // What went on before is the start of the process, not a stop.
        self.ticked.fetch_max(self.since_base(Instant::now()), Ordering::Release);
        let guard = Arc::downgrade(self);
        let ticking = move || {
            while let Some(guard) = guard.upgrade() {
                guard.tick();
                drop(guard);
                std::thread::park_timeout(TICK);
            }
        };
        std::thread::Builder::new()
            .name("guard".into())
            .spawn(ticking)
            .expect("the system has a thread left");
    }

    /// One tick; from one thread or task only.
    pub fn tick(&self) {
        self.tick_at(Instant::now());
    }

    /// Whether the node may serve at this moment. Costs a clock reading.
    #[must_use]
    pub fn is_entitled(&self) -> bool {
        // In this order: see above.
        let ticked = self.ticked.load(Ordering::Acquire);
        self.is_verified() && !self.is_past(ticked)
    }

    /// How many stops were noticed so far: a mark for [`Guard::has_stopped_since`].
    #[must_use]
    pub fn stops(&self) -> u64 {
        self.stops.load(Ordering::Acquire)
    }

    /// Whether the process was stopped since there were so many stops, noticed yet or not. Costs a clock reading.
    #[must_use]
    pub fn has_stopped_since(&self, stops: u64) -> bool {
        // In this order: see above.
        let ticked = self.ticked.load(Ordering::Acquire);
        self.stops() != stops || self.is_past(ticked)
    }

    /// Resolves some 100 ms after the process was stopped since there were so many stops, at the latest.
    pub async fn stopped_since(&self, stops: u64) {
        while !self.has_stopped_since(stops) {
            tokio::time::sleep(TICK).await;
        }
    }

    /// The number of stops once none is left that the thread has not noticed yet: 100 ms later at the most, while it ticks.
    pub async fn all_stops(&self) -> u64 {
        loop {
            let stops = self.stops();
            if !self.has_stopped_since(stops) {
                return stops;
            }
            tokio::time::sleep(TICK / 10).await;
        }
    }

    /// Waits until it may.
    pub async fn entitled(&self) {
        // Every request comes through here, and nearly always it may.
        if self.is_entitled() {
            return;
        }
        let mut verified = self.verified.subscribe();
        while !self.is_entitled() {
            if self.is_verified() {
                // A stop that the thread has not noticed yet: it will, at its next tick.
                tokio::time::sleep(TICK).await;
            } else if verified.changed().await.is_err() {
                return;
            }
        }
    }

    /// Watches for ever: after every stop `verify` runs before the node is entitled again; after a starvation of the runtime
    /// `recheck` runs while the node serves.
    pub async fn watch<V, R>(&self, verify: impl Fn() -> V, recheck: impl Fn() -> R)
    where
        V: Future<Output = ()>,
        R: Future<Output = ()>,
    {
        loop {
            let slept = Instant::now();
            tokio::time::sleep(TICK).await;
            let late = slept.elapsed() > STALL;
            if !self.is_verified() {
                self.verify(&verify).await;
            } else if late && self.is_entitled() {
                tracing::warn!(
                    "this process had no processor time for a while; checking what happened meanwhile"
                );
                let stops = self.stops();
                tokio::select! {
                    () = recheck() => {}
                    // Then more than a re-check is called for.
                    () = self.stopped_since(stops) => {}
                }
            }
        }
    }

    async fn verify<V: Future<Output = ()>>(&self, verify: impl Fn() -> V) {
        while !self.is_verified() {
            tracing::warn!("this process was stopped for a while; checking what happened meanwhile");
            let stops = self.stops.load(Ordering::Acquire);
            verify().await;
            self.verified.send_replace(stops);
        }
    }

    fn is_verified(&self) -> bool {
        self.stops.load(Ordering::Acquire) == *self.verified.borrow()
    }

    fn tick_at(&self, now: Instant) {
        let now = self.since_base(now);
        if now.saturating_sub(self.ticked.load(Ordering::Acquire)) > STALL_MS {
            self.stops.fetch_add(1, Ordering::Release);
        }
        self.ticked.fetch_max(now, Ordering::Release);
    }

    /// Whether a tick is so long ago that the process was stopped since.
    fn is_past(&self, ticked: u64) -> bool {
        self.since_base(Instant::now()).saturating_sub(ticked) > STALL_MS
    }

    fn since_base(&self, now: Instant) -> u64 {
        u64::try_from((now - self.base).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
