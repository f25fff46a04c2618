//! Asking a node to stop in order. What it does then is not here: `src/app.rs` stops a node, after SIGTERM as after this.

use ajet_cluster::NodeId;

use super::{Ops, OpsError};
use crate::cluster::Request;

impl Ops {
    /// Asks a node to stop as after SIGTERM.
    ///
    /// # Errors
    /// [`OpsError::NotThere`] for a node that is not in the cluster, and others when it does not take the request.
    pub async fn drain(&self, node: NodeId) -> Result<(), OpsError> {
        if node == self.me() {
            self.drain_here();
            return Ok(());
        }
        if !self.0.parts.cluster.others().contains(&node) {
            return Err(OpsError::NotThere);
        }
        self.order(node, Request::Drain).await.map(drop)
    }

    /// Resolves when an operator asks this node to stop.
    pub async fn drain_asked(&self) {
        self.0.drain_asked.notified().await;
    }

    pub(super) fn drain_here(&self) {
        self.0.drain_asked.notify_one();
    }
}
