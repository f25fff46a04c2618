//! This node's place in the cluster: what asking, serving and the loops share, and what other parts of the server ask of it.
//!
//! It starts in steps, so that no request comes in before its server is there: [`Cluster::new`], then
//! [`Cluster::listen`](super::Cluster::listen), then [`Cluster::join`]. No step reports to operators or ends sessions:
//! see [`Hooks`] and [`NodeRequests`](super::NodeRequests).

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{
    ATTEMPT_WITHIN, EntityKey, Guard, NodeId, Peer, Prober, RouteHeader, Router, Seen, TransportError, View,
};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::RwLock;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::wire::Version;
use super::{Reply, Request};
use crate::actors::Node;
use crate::bus::{Bus, Nodes};

/// Attempts remembered at most.
const SEEN: u64 = 200_000;
/// How long a node that starts waits for the list of the others.
const LIST_WITHIN: Duration = Duration::from_secs(1);

/// This node's place in the cluster; cheap to clone.
#[derive(Clone)]
pub struct Cluster(pub(super) Arc<Inner>);

/// What it works with.
pub struct Parts {
    pub me: Peer,
    pub node: Node,
    pub bus: Bus,
    pub guard: Arc<Guard>,
    /// How long a caller waits for an entity's answer.
    pub ask_timeout: Duration,
    pub hooks: Hooks,
}

/// Calls into parts of the server that depend on the cluster, so that it does not depend on them.
pub struct Hooks {
    /// Whether this node has read the database recently. One that has not owns nothing, and says so to its peers.
    pub reads_store: Box<dyn Fn() -> bool + Send + Sync>,
    /// Called after a stop of this process: what was cached before it may be out of date.
    pub forget_cached: Box<dyn Fn() + Send + Sync>,
    /// Called with what operators should be told.
    pub notice: Box<dyn Fn(String) + Send + Sync>,
}

pub(super) struct Inner {
    pub(super) parts: Parts,
    pub(super) router: Router,
    pub(super) prober: Prober,
    pub(super) nodes: Nodes,
    /// An entity is served here for a silent owner.
    pub(super) stood_in: Notify,
    /// Attempts that came here recently: the network may deliver one twice.
    pub(super) seen: Cache<Uuid, ()>,
    /// Ends what goes on in the background.
    over: CancellationToken,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.over.cancel();
    }
}

impl Cluster {
    /// Takes this node's place; no other node hears of it yet. The guard ticks from now on.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let view = Arc::new(RwLock::new(View::new(parts.me.clone())));
        let known = Arc::clone(&view);
        let wire_of = move |node| Version::with(&known.read(), node).number();
        let nodes = Nodes::new(parts.bus.clone(), Arc::new(wire_of));
        parts.guard.start_ticking();
        Self(Arc::new(Inner {
            prober: Prober::new(Arc::clone(&view)),
            router: Router::new(view),
            nodes,
            stood_in: Notify::new(),
            over: CancellationToken::new(),
            // LRU: a cache that may refuse a newcomer could let an attempt through twice.
            seen: Cache::builder()
                .max_capacity(SEEN)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(ATTEMPT_WITHIN * 4)
                .build(),
            parts,
        }))
    }

    /// Joins the other nodes. Returns when their list was read, or after a while without it.
    pub async fn join(&self) {
        let mut readings = self.0.router.readings();
        self.keep(self.clone().keep_membership());
        self.keep(self.clone().keep_probing());
        self.keep(self.clone().keep_handing_off());
        self.keep(self.clone().keep_guard());
        // Who else is there? Without knowing that everything would be activated here first.
        let _ = tokio::time::timeout(LIST_WITHIN, readings.changed()).await;
    }

    /// Runs something in the background until the node stops.
    pub fn keep(&self, task: impl Future<Output = ()> + Send + 'static) {
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

    /// All nodes as this one sees them, itself among them.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.0.router.view().read().members().collect()
    }

    /// The other nodes.
    #[must_use]
    pub fn others(&self) -> Vec<NodeId> {
        self.0.router.view().read().others()
    }

    /// Whether there are others to go to.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.others().is_empty()
    }

    /// Whether this node is on its way out.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.0.router.view().read().is_leaving()
    }

    /// The node that owns an entity, as this one sees it.
    #[must_use]
    pub fn owner(&self, key: EntityKey) -> NodeId {
        self.0.router.view().read().owner(key, &[])
    }

    /// Asks another node for something that is not an entity's.
    ///
    /// # Errors
    /// [`TransportError`], when there is no answer by the deadline, or none in time by the node's clock.
    pub async fn ask_node(
        &self,
        node: NodeId,
        request: Request,
        deadline: Instant,
    ) -> Result<Reply, TransportError> {
        self.request(node, RouteHeader::default(), request, deadline).await
    }

    /// Whether this node can't read the database.
    pub(super) fn is_storeless(&self) -> bool {
        !(self.0.parts.hooks.reads_store)()
    }

    /// Tells operators what was noticed.
    pub(super) fn notice(&self, text: String) {
        (self.0.parts.hooks.notice)(text);
    }
}
