//! Requests between nodes, over NATS.

use std::time::Duration;

use ajet_cluster::{Health, NodeId, Transport, TransportError};
use ajet_protocol::subjects::{NodeRequest, node_request};
use async_nats::{RequestErrorKind, Subscriber};
use bytes::Bytes;
use futures::StreamExt;

use super::seal::Use;
use super::{Bus, BusError};

/// Carries requests to other nodes; cheap to clone.
#[derive(Debug, Clone)]
pub struct Nodes(Bus);

/// A request from another node, and the way back.
#[derive(Debug)]
pub struct Asked {
    bus: Bus,
    message: async_nats::Message,
}

impl Nodes {
    /// Over this connection.
    #[must_use]
    pub fn new(bus: Bus) -> Self {
        Self(bus)
    }

    /// What others send this node of one kind.
    ///
    /// # Errors
    /// [`BusError::Away`]
    pub async fn requests(&self, me: NodeId, kind: NodeRequest) -> Result<Requests, BusError> {
        let subscriber = self.0.subscribe(&node_request(me.0, kind)).await?;
        Ok(Requests { bus: self.0.clone(), subscriber })
    }

    /// Whether NATS itself answers: where it hangs, the silence of others says nothing about them.
    pub async fn is_carried(&self, within: Duration) -> bool {
        let asking = self.0.jetstream().query_account();
        matches!(tokio::time::timeout(within, asking).await, Ok(Ok(_)))
    }

    async fn request(
        &self,
        node: NodeId,
        kind: NodeRequest,
        payload: Bytes,
        within: Duration,
    ) -> Result<Bytes, TransportError> {
        if !self.0.is_connected() {
            return Err(TransportError::Away);
        }
        let subject = node_request(node.0, kind);
        let headers = self.0.seals().headers(Use::Ask, &subject, &payload);
        let request = async_nats::Request::new().payload(payload).headers(headers).timeout(Some(within));
        match self.0.client().send_request(subject, request).await {
            Ok(message) if self.0.seals().sender(Use::Reply, &message) == Some(node) => Ok(message.payload),
            // Only the node that was asked can answer.
            Ok(_) => Err(TransportError::NoAnswer),
            Err(error) => Err(match error.kind() {
                RequestErrorKind::NoResponders => TransportError::NoResponders,
                RequestErrorKind::TimedOut if self.0.is_connected() => TransportError::NoAnswer,
                _ => TransportError::Away,
            }),
        }
    }
}

impl Transport for Nodes {
    async fn ask(&self, node: NodeId, request: Bytes, within: Duration) -> Result<Bytes, TransportError> {
        self.request(node, NodeRequest::Ask, request, within).await
    }

    async fn probe(&self, node: NodeId, within: Duration) -> Result<Health, TransportError> {
        let answer = self.request(node, NodeRequest::Probe, Bytes::new(), within).await?;
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

    /// Sends the answer; a caller that does not get it times out.
    pub async fn answer(&self, payload: Vec<u8>) {
        if let Some(to) = &self.message.reply {
            let _ = self.bus.send(Use::Reply, to, payload.into()).await;
        }
    }
}
