//! What this node does after its process was stopped or starved for a while (`ajet_cluster::Guard` tells the two apart).
//!
//! After a stop nothing is served before [`Cluster::verify`] is over. After starvation the node serves on while it checks.
//! Neither decides whether an event may be emitted: that is for the guard and for the scan for ended sessions.

use std::sync::Arc;
use std::time::Duration;

use super::Cluster;

/// Interval between tries to find out which of the sessions here have ended.
const RETRY: Duration = Duration::from_millis(100);

impl Cluster {
    /// Notices when this process was stopped or starved for a while.
    pub(super) async fn keep_guard(self) {
        let guard = Arc::clone(&self.0.parts.guard);
        guard.watch(|| self.verify(), || self.recheck()).await;
    }

    /// After a stop, before anything goes on: others may have taken everything over, so what is asked for again starts from
    /// what is stored.
    async fn verify(&self) {
        metrics::counter!("ajet_stalls_total").increment(1);
        self.notice("this process was stopped for a while".into());
        let parts = &self.0.parts;
        parts.node.hand_off(true, |_| true).await;
        (parts.hooks.forget_cached)();
        self.close_ended().await;
        self.0.router.refresh().await;
    }

    /// After starvation, beside the serving. Entities that others took over are fenced by the log, and nothing is emitted
    /// without a fresh scan for ended sessions: so nothing is dropped, which would only make more load.
    async fn recheck(&self) {
        metrics::counter!("ajet_starvations_total").increment(1);
        self.notice("this process had no processor time for a while".into());
        self.close_ended().await;
        self.0.router.refresh().await;
    }

    async fn close_ended(&self) {
        while let Err(error) = self.0.parts.node.sessions.close_ended().await {
            tracing::warn!(%error, "can't check which sessions have ended");
            tokio::time::sleep(RETRY).await;
        }
    }
}
