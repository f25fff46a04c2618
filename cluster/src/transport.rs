//! What carries requests between nodes: NATS in the server, a network in memory in the simulation.

use std::time::Duration;

use bytes::Bytes;

use crate::NodeId;

/// Why a node did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// No process listens for its requests: it is gone, or cut off.
    NoResponders,
    /// Nothing came back in time: it may have done what was asked, or not.
    NoAnswer,
    /// We can't send: the trouble is on our side.
    Away,
}

/// What a node says when it is probed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Its clock, in milliseconds since the epoch.
    pub clock_ms: u64,
    /// It is on its way out.
    pub leaving: bool,
    /// It can't reach the database: nothing can be owned there.
    pub storeless: bool,
}

impl Health {
    /// As bytes; later versions may add some.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.clock_ms.to_be_bytes().to_vec();
        bytes.push(u8::from(self.leaving) | u8::from(self.storeless) << 1);
        bytes
    }

    /// From bytes; `None` where they are none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (clock, rest) = bytes.split_first_chunk()?;
        let flags = rest.first()?;
        Some(Self {
            clock_ms: u64::from_be_bytes(*clock),
            leaving: flags & 1 != 0,
            storeless: flags & 2 != 0,
        })
    }
}

/// Carries requests to nodes. May lose, delay, double and reorder them.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request to a node and waits for its reply.
    fn ask(
        &self,
        node: NodeId,
        request: Bytes,
        within: Duration,
    ) -> impl Future<Output = Result<Bytes, TransportError>> + Send;

    /// Asks a node how it is.
    fn probe(
        &self,
        node: NodeId,
        within: Duration,
    ) -> impl Future<Output = Result<Health, TransportError>> + Send;
}
