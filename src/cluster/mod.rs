//! This node among the others: asks reach an entity wherever it lives, and others' asks are served here.
//!
//! ```text
//!   front door ─ ask ─▶ Router ─┬─ here ──▶ host ──▶ activation
//!                               └─ there ─▶ NATS ──▶ serve ─▶ that node's host
//!   membership ─▶ View ─▶ Router        a change of who may own what ─▶ hand-off of what belongs elsewhere
//!   rounds, requests without an answer, hearsay ─▶ Prober ─▶ probes ─▶ View
//! ```

mod ask;
mod membership;
mod operate;
mod serve;
mod sessions;

pub use operate::{EntityRef, KillMode, OpsError};
pub use sessions::RevocationScan;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{ATTEMPT_WITHIN, Guard, NodeId, Peer, Prober, Router, View};
use ajet_protocol::ops::News;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use operate::Throughput;
use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::actors::Node;
use crate::auth::Auth;
use crate::bus::{Bus, BusError, Nodes};
use crate::store::Store;

/// This node's place in the cluster; cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

/// What it works with.
pub struct Parts {
    pub me: Peer,
    pub node: Node,
    pub auth: Auth,
    pub store: Store,
    pub bus: Bus,
    pub guard: Arc<Guard>,
    pub revocations: Arc<RevocationScan>,
    /// How long a caller waits for an entity's answer.
    pub ask_timeout: Duration,
    /// Whether operators may kill activations.
    pub chaos: bool,
}

struct Inner {
    parts: Parts,
    router: Router,
    prober: Prober,
    nodes: Nodes,
    /// Somebody asked this node to stop.
    drain_asked: Notify,
    /// An entity is served here for a silent owner.
    stood_in: Notify,
    /// Attempts that came here recently: the network may deliver one twice.
    seen: Cache<Uuid, ()>,
    /// What operators may want to know.
    news: Mutex<VecDeque<News>>,
    throughput: Mutex<Throughput>,
    /// Ends what goes on in the background.
    over: CancellationToken,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.over.cancel();
    }
}

impl Cluster {
    /// Listens to other nodes, then joins them.
    ///
    /// # Errors
    /// [`BusError`], when not even a subscription can be made; NATS itself may be away.
    pub async fn start(parts: Parts) -> Result<Self, BusError> {
        let view = Arc::new(RwLock::new(View::new(parts.me.clone())));
        let nodes = Nodes::new(parts.bus.clone());
        parts.guard.start_ticking();
        let inner = Inner {
            prober: Prober::new(Arc::clone(&view)),
            router: Router::new(view),
            nodes,
            drain_asked: Notify::new(),
            stood_in: Notify::new(),
            over: CancellationToken::new(),
            // LRU: a cache that may refuse a newcomer could let an attempt through twice.
            seen: Cache::builder()
                .max_capacity(SEEN)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(ATTEMPT_WITHIN * 4)
                .build(),
            news: Mutex::default(),
            throughput: Mutex::default(),
            parts,
        };
        let cluster = Self(Arc::new(inner));
        cluster.listen().await?;
        let mut readings = cluster.0.router.readings();
        cluster.keep(cluster.clone().keep_membership());
        cluster.keep(cluster.clone().keep_probing());
        cluster.keep(cluster.clone().keep_handing_off());
        cluster.keep(cluster.clone().keep_guard());
        cluster.keep(cluster.clone().keep_looking_for_ended());
        cluster.keep(cluster.clone().keep_measuring());
        // Who else is there? Without knowing that everything would be activated here first.
        let _ = tokio::time::timeout(NEWS_WITHIN, readings.changed()).await;
        Ok(cluster)
    }

    /// Runs something in the background until the node stops.
    fn keep(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.0.over.clone().run_until_cancelled_owned(task));
    }

    /// Ends everything that goes on in the background.
    pub fn close(&self) {
        self.0.over.cancel();
    }

    /// This node's id.
    #[must_use]
    pub fn me(&self) -> NodeId {
        self.0.parts.me.id
    }

    /// Whether there are others to go to.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.0.router.view().read().others().is_empty()
    }

    /// Resolves when an operator asks this node to stop.
    pub async fn drain_asked(&self) {
        self.0.drain_asked.notified().await;
    }

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
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let _ = tokio::time::timeout(HAND_OVER_WITHIN, handed_over).await;
    }

    /// Passivates what belongs to others: when who may own something changes, a moment later for what was being activated
    /// meanwhile, and for as long as something stands in for a silent owner.
    async fn keep_handing_off(self) {
        let mut changes = self.0.router.changes();
        let mut next: Option<Instant> = None;
        loop {
            let wait = next.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()));
            let changed = tokio::select! {
                changed = changes.changed() => changed.is_ok(),
                () = tokio::time::sleep(wait), if next.is_some() => false,
                () = self.0.stood_in.notified(), if next.is_none() => false,
            };
            let leaving = self.0.router.view().read().is_leaving();
            let left = self.hand_off(leaving).await;
            let again = [left, changed.then_some(SWEEP_AGAIN)].into_iter().flatten().min();
            next = again.map(|wait| Instant::now() + wait);
        }
    }

    /// With `all`, also what is served here for a silent owner. When to look again, if something had to be left.
    async fn hand_off(&self, all: bool) -> Option<Duration> {
        let (view, me) = (self.0.router.view(), self.me());
        self.0.parts.node.hand_off(all, |key| view.read().owner(key, &[]) != me).await
    }

    /// Notices when this process was stopped or starved for a while.
    async fn keep_guard(self) {
        let guard = Arc::clone(&self.0.parts.guard);
        guard.watch(|| self.verify(), || self.recheck()).await;
    }

    /// After a stop, before anything goes on: others may have taken everything over, so what is asked for again starts from
    /// what is stored.
    async fn verify(&self) {
        metrics::counter!("ajet_stalls_total").increment(1);
        self.note_news("this process was stopped for a while".into());
        let parts = &self.0.parts;
        parts.node.hand_off(true, |_| true).await;
        parts.auth.forget_cached();
        self.close_ended().await;
        self.0.router.refresh().await;
    }

    /// After starvation, beside the serving. Entities that others took over are fenced by the log, and nothing is emitted
    /// without a fresh look for ended sessions ([`RevocationScan`]): so nothing is dropped, which would only make more load.
    async fn recheck(&self) {
        metrics::counter!("ajet_starvations_total").increment(1);
        self.note_news("this process had no processor time for a while".into());
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

/// Attempts remembered at most.
const SEEN: u64 = 200_000;
/// A node that starts waits so long for the list of the others.
const NEWS_WITHIN: Duration = Duration::from_secs(1);
/// After a change of who may own something, what was just being activated is looked at again.
const SWEEP_AGAIN: Duration = Duration::from_secs(1);
/// What is not handed over by then is taken over by force: the fence makes that safe.
const HAND_OVER_WITHIN: Duration = Duration::from_secs(3);
const RETRY: Duration = Duration::from_millis(100);
