//! Handing entities over: what other nodes own is passivated here, on a change of who owns what and when this node leaves.
//!
//! The commit under way is always finished first. Nothing here decides who owns an entity (the view does), and nothing waits
//! for the new owner: the first command there activates the entity, and the log's fence makes a forced takeover safe.

use std::time::Duration;

use tokio::time::Instant;

use super::Cluster;

/// After a change of who may own something, what was just being activated is looked at again.
const SWEEP_AGAIN: Duration = Duration::from_secs(1);
/// What is not handed over by then is taken over by force: the fence makes that safe.
const HAND_OVER_WITHIN: Duration = Duration::from_secs(3);
/// Interval at which a leaving node counts what is not handed over yet.
const COUNT_EVERY: Duration = Duration::from_millis(10);

impl Cluster {
    /// Leaves the others: they are told, what lives here is handed over, and what is asked here goes to them.
    pub async fn leave(&self) {
        let moved = self.0.router.view().write().leave();
        self.sign_off().await;
        self.0.router.update(|_| moved);
        self.hand_off(true).await;
        if self.is_alone() {
            return;
        }
        let handed_over = async {
            while self.0.parts.node.entities() > 0 {
                tokio::time::sleep(COUNT_EVERY).await;
            }
        };
        let _ = tokio::time::timeout(HAND_OVER_WITHIN, handed_over).await;
    }

    /// Passivates what belongs to others: when who may own something changes, a moment later for what was being activated
    /// meanwhile, and for as long as something stands in for a silent owner.
    pub(super) async fn keep_handing_off(self) {
        let mut changes = self.0.router.changes();
        let mut next: Option<Instant> = None;
        loop {
            let wait = next.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()));
            let changed = tokio::select! {
                changed = changes.changed() => changed.is_ok(),
                () = tokio::time::sleep(wait), if next.is_some() => false,
                () = self.0.stood_in.notified(), if next.is_none() => false,
            };
            let left = self.hand_off(self.is_leaving()).await;
            let again = [left, changed.then_some(SWEEP_AGAIN)].into_iter().flatten().min();
            next = again.map(|wait| Instant::now() + wait);
        }
    }

    /// With `all`, also what is served here for a silent owner. When to look again, if something had to be left.
    async fn hand_off(&self, all: bool) -> Option<Duration> {
        let (view, me) = (self.0.router.view(), self.me());
        self.0.parts.node.hand_off(all, |key| view.read().owner(key, &[]) != me).await
    }
}
