//! What answers to operators are made from, and how another node is asked for its share.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::NodeId;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::notices::Notices;
use super::throughput::Throughput;
use crate::actors::Node;
use crate::bus::Bus;
use crate::cluster::{Cluster, Reply, Request};
use crate::store::{Store, StoreError};

/// Operators get their answer within this time; a node that has not answered by then is shown without figures.
pub(super) const REPORT_WITHIN: Duration = Duration::from_millis(1000);

/// What operators may ask; cheap to clone.
#[derive(Clone)]
pub struct Ops(pub(super) Arc<Inner>);

/// What it works with.
pub struct Parts {
    pub cluster: Cluster,
    pub node: Node,
    pub store: Store,
    pub bus: Bus,
    pub notices: Notices,
    /// Whether operators may kill activations.
    pub chaos: bool,
}

pub(super) struct Inner {
    pub(super) parts: Parts,
    /// How much the entities here did in the last second.
    pub(super) throughput: Mutex<Throughput>,
    /// An operator asked this node to stop.
    pub(super) drain_asked: Notify,
}

/// Why an operator's wish was not granted.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    #[error("there is no such thing")]
    NotThere,
    #[error("the node does not answer")]
    Silent,
    #[error("chaos is not enabled")]
    NotEnabled,
    #[error("the node can't publish just now")]
    CannotPublish,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Ops {
    /// Answers nothing to other nodes yet, and measures nothing.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner { parts, throughput: Mutex::default(), drain_asked: Notify::new() }))
    }

    /// Measures how much the entities here do, until the node stops.
    pub fn start(&self) {
        self.0.parts.cluster.keep(self.clone().keep_measuring());
    }

    /// Whether operators may kill activations.
    #[must_use]
    pub fn allows_chaos(&self) -> bool {
        self.0.parts.chaos
    }

    pub(super) fn me(&self) -> NodeId {
        self.0.parts.cluster.me()
    }

    /// Asks another node for its share of an answer.
    pub(super) async fn order(&self, node: NodeId, request: Request) -> Result<Reply, OpsError> {
        let reply = self.0.parts.cluster.ask_node(node, request, Instant::now() + REPORT_WITHIN).await;
        match reply.map_err(|_| OpsError::Silent)? {
            Reply::NotUnderstood => Err(OpsError::NotEnabled),
            reply => Ok(reply),
        }
    }
}
