//! Requests between nodes, over NATS.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{Health, NodeId, Transport, TransportError};
use ajet_protocol::subjects::{NodeRequest, node_request};
use async_nats::{RequestErrorKind, Subscriber};
use bytes::Bytes;
use futures::StreamExt;

use super::seal::Use;
use super::{Bus, BusError};

/// The wire version that is spoken with a node.
pub type WireOf = Arc<dyn Fn(NodeId) -> u16 + Send + Sync>;

/// Carries requests to other nodes; cheap to clone.
#[derive(Clone)]
pub struct Nodes {
    bus: Bus,
    wire_of: WireOf,
}

/// A request from another node, and the way back.
#[derive(Debug)]
pub struct Asked {
    bus: Bus,
    message: async_nats::Message,
}

impl Nodes {
    /// Over this connection.
    #[must_use]
    pub fn new(bus: Bus, wire_of: WireOf) -> Self {
        Self { bus, wire_of }
    }

    /// What others send this node of one kind, in one version of the wire.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn requests(&self, me: NodeId, wire: u16, kind: NodeRequest) -> Result<Requests, BusError> {
        let subscriber = self.bus.subscribe(&node_request(wire, me.0, kind)).await?;
        Ok(Requests { bus: self.bus.clone(), subscriber })
    }

    /// Sends a request, encoded in a version of the wire, and waits for the reply in the same one.
    ///
    /// # Errors
    /// [`TransportError`]
    pub async fn ask_in(
        &self,
        wire: u16,
        node: NodeId,
        request: Bytes,
        within: Duration,
    ) -> Result<Bytes, TransportError> {
        self.request(&node_request(wire, node.0, NodeRequest::Ask), node, request, within).await
    }

    /// Whether NATS itself answers: where it hangs, the silence of others says nothing about them.
    pub async fn is_carried(&self, within: Duration) -> bool {
        let asking = self.bus.jetstream().query_account();
        matches!(tokio::time::timeout(within, asking).await, Ok(Ok(_)))
    }

    async fn request(
        &self,
        subject: &str,
        node: NodeId,
        payload: Bytes,
        within: Duration,
    ) -> Result<Bytes, TransportError> {
        if !self.bus.is_connected() {
            return Err(TransportError::Away);
        }
        let headers = self.bus.seals().headers(Use::Ask, subject, &payload);
        let request = async_nats::Request::new().payload(payload).headers(headers).timeout(Some(within));
        match self.bus.client().send_request(subject.to_owned(), request).await {
            Ok(message) if self.bus.seals().sender(Use::Reply, &message) == Some(node) => Ok(message.payload),
            // Only the node that was asked can answer.
            Ok(_) => Err(TransportError::NoAnswer),
            Err(error) => Err(match error.kind() {
                RequestErrorKind::NoResponders => TransportError::NoResponders,
                RequestErrorKind::TimedOut if self.bus.is_connected() => TransportError::NoAnswer,
                _ => TransportError::Away,
            }),
        }
    }
}

impl Transport for Nodes {
    async fn ask(&self, node: NodeId, request: Bytes, within: Duration) -> Result<Bytes, TransportError> {
        self.ask_in((self.wire_of)(node), node, request, within).await
    }

    async fn probe(&self, node: NodeId, within: Duration) -> Result<Health, TransportError> {
        let subject = node_request((self.wire_of)(node), node.0, NodeRequest::Probe);
        let answer = self.request(&subject, node, Bytes::new(), within).await?;
        Health::from_bytes(&answer).ok_or(TransportError::NoAnswer)
    }
}

/// Requests from other nodes, as they come; it stays through reconnects.
pub struct Requests {
    bus: Bus,
    subscriber: Subscriber,
}

impl Requests {
    /// The next one that a node of this cluster sent; `None` when the connection is closed for good.
    pub async fn next(&mut self) -> Option<Asked> {
        loop {
            let message = self.subscriber.next().await?;
            if self.bus.seals().sender(Use::Ask, &message).is_some() {
                return Some(Asked { bus: self.bus.clone(), message });
            }
        }
    }
}

impl Asked {
    /// The request itself.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.message.payload
    }

    /// Sends the answer; a caller that does not get it times out, as it does where there is nothing to say.
    pub async fn answer(&self, payload: impl Into<Option<Vec<u8>>>) {
        if let (Some(to), Some(payload)) = (&self.message.reply, payload.into()) {
            let _ = self.bus.send(Use::Reply, to, payload.into()).await;
        }
    }
}
