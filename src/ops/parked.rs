//! Parked events: what they are, and publishing one again.
//!
//! The asked node does it, through its own publisher. It is tried once, and never repeated by itself: where it does not
//! succeed the event stays parked. Nothing is marked as published here.

use ajet_protocol::ops::{ParkedEvent, ReplayOutcome};
use ajet_protocol::{Page, StreamId};

use super::{Ops, OpsError};

impl Ops {
    /// The events that were parked last, the newest first.
    ///
    /// # Errors
    /// [`OpsError::Store`]
    pub async fn parked(&self) -> Result<Page<ParkedEvent>, OpsError> {
        Ok(self.0.parts.store.parked_page().await?)
    }

    /// Hands a parked event to this node's publisher. Of one that is past retention the row is removed instead.
    ///
    /// # Errors
    /// [`OpsError::NotThere`], when no such event is parked; [`OpsError::CannotPublish`], when NATS is away or the publisher
    /// has no room: then the event stays parked.
    pub async fn replay_parked(&self, stream: StreamId, seq: u64) -> Result<ReplayOutcome, OpsError> {
        let parts = &self.0.parts;
        if parts.store.unpark_past_retention(stream, seq).await? {
            return Ok(ReplayOutcome::PastRetention);
        }
        if !parts.store.is_parked(stream, seq).await? {
            return Err(OpsError::NotThere);
        }
        if !parts.bus.is_ready() || !parts.node.outbox().replay(stream, seq) {
            return Err(OpsError::CannotPublish);
        }
        Ok(ReplayOutcome::Queued)
    }
}
