//! What sessions work with, and how much they may hold.

use super::streams::StreamLimits;
use crate::actors::feed::Feeds;
use crate::rights::Rights;
use crate::store::Store;

/// What sessions work with.
#[derive(Clone)]
pub struct SessionServices {
    pub store: Store,
    pub feeds: Feeds,
    pub rights: Rights,
    pub limits: SessionLimits,
}

/// How much sessions may hold.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Bytes that are replayed to one connection.
    pub replay_bytes: i64,
    pub streams: StreamLimits,
}
