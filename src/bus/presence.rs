//! What nodes tell each other of who is online and who is typing: bytes under a seal, on one subject for all nodes of a database.
//!
//! Nothing of it is kept anywhere: what is sent while a node is cut off is lost to it (I10).

use ajet_cluster::NodeId;
use ajet_protocol::subjects::presence_among;
use async_nats::Subscriber;
use bytes::Bytes;
use futures::StreamExt;
use uuid::Uuid;

use super::seal::{Seals, Use};
use super::{Bus, BusError};

/// The way between the nodes of a database; cheap to clone.
#[derive(Clone)]
pub struct PresenceBus {
    bus: Bus,
    subject: String,
}

impl PresenceBus {
    /// The way between the nodes of this database.
    #[must_use]
    pub fn new(bus: Bus, database: Uuid) -> Self {
        Self { bus, subject: presence_among(database) }
    }

    /// Tells the other nodes; who does not listen now never hears it. Nothing is sent while NATS is away.
    ///
    /// # Errors
    /// [`BusError`], when it could not be sent.
    pub async fn tell(&self, frame: Vec<u8>) -> Result<(), BusError> {
        if !self.bus.is_connected() {
            return Err(BusError::Away("not connected".into()));
        }
        self.bus.send(Use::Presence, &self.subject, frame.into()).await
    }

    /// Listens to the other nodes; ends when it is dropped.
    ///
    /// # Errors
    /// [`BusError::Away`], when the connection is closed.
    pub async fn listen(&self) -> Result<PresenceFrames, BusError> {
        let subscriber = self.bus.subscribe(&self.subject).await?;
        Ok(PresenceFrames { subscriber, seals: self.bus.seals().clone() })
    }
}

/// What other nodes tell, as it comes.
pub struct PresenceFrames {
    subscriber: Subscriber,
    seals: Seals,
}

impl PresenceFrames {
    /// The next frame with a good seal, and which node sent it; `None` when the subscription has ended.
    pub async fn next(&mut self) -> Option<(NodeId, Bytes)> {
        loop {
            let message = self.subscriber.next().await?;
            if let Some(sender) = self.seals.sender(Use::Presence, &message) {
                return Some((sender, message.payload));
            }
        }
    }
}
