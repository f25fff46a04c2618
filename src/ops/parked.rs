//! What is parked: events that NATS did not take, messages of which people could not be notified. Listing them, and having one of
//! them tried again.
//!
//! An event is published by the asked node, through its own publisher. It is tried once, and never repeated by itself: where it does
//! not succeed the event stays parked. Nothing is marked as published here. A message is due again, and the notifier of any node takes it.

use ajet_protocol::ops::{ParkedWork, ReplayOutcome};
use ajet_protocol::{MessageId, StreamId};

use super::{Ops, OpsError};

impl Ops {
    /// The events and messages that were parked last, the newest first.
    ///
    /// # Errors
    /// [`OpsError::Store`]
    pub async fn parked(&self) -> Result<ParkedWork, OpsError> {
        let store = &self.0.parts.store;
        let (events, messages) = (store.parked_page().await?, store.parked_notices_page().await?);
        Ok(ParkedWork {
            items: events.items,
            has_more: events.has_more,
            messages: messages.items,
            more_messages: messages.has_more,
        })
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

    /// Makes a parked message due again. It is not parked until it fails, and now one failure is enough.
    ///
    /// # Errors
    /// [`OpsError::NotThere`], when no such message is parked.
    pub async fn replay_parked_message(&self, message: MessageId) -> Result<ReplayOutcome, OpsError> {
        let parts = &self.0.parts;
        if !parts.store.replay_parked_notice(message).await? {
            return Err(OpsError::NotThere);
        }
        parts.node.due().notify_one();
        Ok(ReplayOutcome::Queued)
    }
}
