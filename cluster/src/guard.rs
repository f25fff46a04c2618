//! Whether this node may serve: one that was frozen finds out before it answers or emits anything.
//!
//! A task ticks. Whoever is about to answer a read or to emit an event looks at the time of the last tick: if that is too
//! long ago, the process has been stopped, and others may have taken over and ended sessions meanwhile.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// A stop that takes longer is taken notice of. Longer than a busy machine's hiccups; shorter than what anybody who ends a
/// session or takes an entity over waits for this node to say that it has obeyed.
pub const STALL: Duration = Duration::from_millis(1500);
const TICK: Duration = Duration::from_millis(100);

/// The node's entitlement to serve.
#[derive(Debug)]
pub struct Guard {
    base: Instant,
    /// Milliseconds from `base` to the last tick.
    last: AtomicU64,
    entitled: watch::Sender<bool>,
}

impl Default for Guard {
    fn default() -> Self {
        Self { base: Instant::now(), last: AtomicU64::new(0), entitled: watch::Sender::new(true) }
    }
}

impl Guard {
    /// Whether the node may serve at this moment. Costs a clock reading.
    #[must_use]
    pub fn is_entitled(&self) -> bool {
        *self.entitled.borrow() && !self.stalled(Instant::now())
    }

    /// Waits until it may.
    pub async fn entitled(&self) {
        // Every request and every frame comes through here, and nearly always it may.
        if self.is_entitled() {
            return;
        }
        let mut entitled = self.entitled.subscribe();
        while !self.is_entitled() {
            if entitled.wait_for(|entitled| *entitled).await.is_err() {
                return;
            }
            // Entitled as far as was noticed; the next tick tells whether we have slept since.
            if !self.is_entitled() {
                tokio::time::sleep(TICK).await;
            }
        }
    }

    /// Ticks for ever; after every stall `verify` runs before the node is entitled again.
    pub async fn watch<F: Future<Output = ()>>(&self, verify: impl Fn() -> F) {
        loop {
            tokio::time::sleep(TICK).await;
            let now = Instant::now();
            if self.stalled(now) {
                self.entitled.send_replace(false);
                tracing::warn!("this process was stopped for a while; checking what happened meanwhile");
                loop {
                    let began = Instant::now();
                    verify().await;
                    // Stopped again meanwhile: what was found out may be stale already.
                    if began.elapsed() < STALL {
                        break;
                    }
                }
                self.tick(Instant::now());
                self.entitled.send_replace(true);
            }
            self.tick(Instant::now());
        }
    }

    fn tick(&self, now: Instant) {
        self.last.store(self.since_base(now), Ordering::Relaxed);
    }

    fn stalled(&self, now: Instant) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        self.since_base(now).saturating_sub(last) > STALL.as_millis() as u64
    }

    fn since_base(&self, now: Instant) -> u64 {
        u64::try_from((now - self.base).as_millis()).unwrap_or(u64::MAX)
    }
}
