//! What carries requests between nodes: NATS in the server, a network in memory in the simulation.

use std::time::Duration;

use bytes::Bytes;

use crate::NodeId;

/// Why a node did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Nobody takes requests for it: the process is gone, or cut off.
    NoResponders,
    /// Nothing came back in time: it may have done what was asked, or not.
    NoAnswer,
    /// We can't send: the trouble is on our side.
    Away,
}

/// Carries requests to nodes. May lose, delay, double and reorder them.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request to a node and waits for its reply.
    fn ask(
        &self,
        node: NodeId,
        request: Bytes,
        within: Duration,
    ) -> impl Future<Output = Result<Bytes, Silence>> + Send;

    /// Asks a node what its clock says, in milliseconds since the epoch: it lives, and its clock is known.
    fn probe(&self, node: NodeId, within: Duration) -> impl Future<Output = Result<u64, Silence>> + Send;
}
