//! An event with its envelope encoded once: the same bytes go to NATS and to every reader.

use std::time::Instant;

use ajet_protocol::events::BadEnvelope;
use ajet_protocol::{ChannelId, CommunityId, Envelope, EventId, EventType, StreamId};
use bytes::Bytes;

/// A durable event, ready to be sent anywhere.
#[derive(Debug, Clone)]
pub struct EncodedEvent {
    pub id: EventId,
    /// `None` for a type this version does not know: passed on, not looked into.
    pub kind: Option<EventType>,
    pub kind_name: Box<str>,
    pub stream: StreamId,
    pub seq: u64,
    pub community_id: Option<CommunityId>,
    pub channel_id: Option<ChannelId>,
    pub acl_version: u64,
    /// The envelope as JSON.
    pub json: Bytes,
    /// When this node came to have it, for measuring how long it took from here.
    pub since: Instant,
}

impl EncodedEvent {
    /// Encodes an envelope.
    #[must_use]
    pub fn of(envelope: &Envelope) -> Self {
        // An envelope holds strings, numbers and JSON only: it always serializes.
        let json = serde_json::to_vec(envelope).unwrap_or_default();
        Self::with_json(envelope, Bytes::from(json))
    }

    /// Reads an envelope that came over NATS.
    ///
    /// # Errors
    /// [`BadEnvelope`], when it is none.
    pub fn parse(json: Bytes) -> Result<Self, BadEnvelope> {
        let envelope = Envelope::parse(&json)?;
        Ok(Self::with_json(&envelope, json))
    }

    /// An event whose JSON stands somewhere already.
    #[must_use]
    pub fn with_json(envelope: &Envelope, json: Bytes) -> Self {
        Self {
            id: envelope.id,
            kind: EventType::named(&envelope.kind),
            kind_name: envelope.kind.as_ref().into(),
            stream: envelope.stream,
            seq: envelope.seq.unwrap_or(0),
            community_id: envelope.community_id,
            channel_id: envelope.channel_id,
            acl_version: envelope.acl_version.unwrap_or(0),
            json,
            since: Instant::now(),
        }
    }
}
