//! What sessions work with, and how much they may hold.

use std::sync::Arc;

use ajet_cluster::Guard;

use super::connection::QueueLimits;
use super::streams::StreamLimits;
use crate::actors::feed::Feeds;
use crate::bus::Bus;
use crate::store::Store;

/// What sessions work with.
#[derive(Clone)]
pub struct SessionServices {
    pub store: Store,
    pub feeds: Feeds,
    pub bus: Bus,
    /// Nothing is delivered while the node is not entitled to.
    pub guard: Arc<Guard>,
    pub limits: SessionLimits,
}

/// How much sessions may hold.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    pub queue: QueueLimits,
    /// Bytes that are replayed to one connection.
    pub replay_bytes: i64,
    pub streams: StreamLimits,
}
