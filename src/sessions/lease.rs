//! The lease to emit: a row in PostgreSQL without which a node sends no event to anybody.
//!
//! A sign-out waits for the nodes that hold one. Always true: a node stops trusting its own lease well before any other node
//! stops counting it. Whether a holder may emit depends on the scan for ended sessions as well, which is not here.

use std::time::Duration;

use ajet_cluster::NodeId;
use tokio::time::Instant;

use crate::store::{Store, StoreError};

/// Interval at which a node renews its lease.
const RENEW_EVERY: Duration = Duration::from_secs(4);
/// Past this age a node stops trusting its own lease.
const TRUSTED_FOR: Duration = Duration::from_secs(8);
/// Until this age other nodes still count it; must exceed [`TRUSTED_FOR`].
const COUNTED_FOR: Duration = Duration::from_secs(12);

/// A node's lease; cheap to clone.
#[derive(Clone)]
pub struct Lease {
    store: Store,
    node: NodeId,
}

impl Lease {
    /// The lease of a node, which it does not hold yet.
    #[must_use]
    pub fn new(store: Store, node: NodeId) -> Self {
        Self { store, node }
    }

    /// Takes or renews it: from now on a node that ends a session tells this one.
    ///
    /// # Errors
    /// [`StoreError`], when it could not be written.
    pub async fn take(&self) -> Result<(), StoreError> {
        self.store.hold_lease(self.node.0).await
    }

    /// The other nodes that hold one.
    pub(super) async fn other_holders(&self) -> Result<Vec<NodeId>, StoreError> {
        let holders = self.store.lease_holders(COUNTED_FOR.as_secs_f64()).await?;
        Ok(holders.into_iter().map(NodeId).filter(|node| *node != self.node).collect())
    }

    /// Gives it up; without an answer from the database it expires by itself.
    pub(super) async fn give_up(&self) {
        if let Err(error) = self.store.drop_lease(self.node.0).await {
            tracing::debug!(%error, "could not give the lease up; it will lapse");
        }
    }
}

/// A lease as the loop that scans for ended sessions renews it.
pub(super) struct Renewal {
    lease: Lease,
    /// When the last renewal that succeeded was asked for.
    renewed: Option<Instant>,
}

impl Renewal {
    pub(super) fn new(lease: Lease) -> Self {
        Self { lease, renewed: None }
    }

    /// Renews the lease if it is time to. Whether it can be trusted.
    pub(super) async fn renew_if_due(&mut self) -> bool {
        let asked = Instant::now();
        if self.renewed.is_none_or(|at| at.elapsed() > RENEW_EVERY) {
            match self.lease.take().await {
                Ok(()) => self.renewed = Some(asked),
                Err(error) => tracing::debug!(%error, "can't renew the lease"),
            }
        }
        self.renewed.is_some_and(|at| at.elapsed() <= TRUSTED_FOR)
    }
}
