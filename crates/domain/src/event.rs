//! How a decided event becomes an envelope: the same for every entity.

use ajet_protocol::events::ENVELOPE_VERSION;
use ajet_protocol::{
    ChannelId, CommunityId, Envelope, Event, EventId, EventType, StreamId, Timestamp, UserId, limits,
};
use serde_json::value::RawValue;

/// An event that a verb decided on, not yet numbered.
#[derive(Debug, Clone)]
pub struct Emit {
    pub kind: EventType,
    /// The channel that it is about; `None` where it is about none.
    pub channel: Option<ChannelId>,
    /// Encoded once: what readers get, and what a message's author is answered.
    pub payload: Box<RawValue>,
}

impl Emit {
    /// An event of the entity as a whole.
    #[must_use]
    pub fn new(event: &Event) -> Self {
        Self { kind: event.kind(), channel: None, payload: event.payload() }
    }

    /// An event of a channel.
    #[must_use]
    pub fn in_channel(event: &Event, channel: ChannelId) -> Self {
        Self { kind: event.kind(), channel: Some(channel), payload: event.payload() }
    }

    /// Whether the bus takes an event of this size.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.payload.get().len() <= limits::EVENT_BYTES
    }
}

/// Where an entity's events stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub stream: StreamId,
    pub community: CommunityId,
    /// The channel that the entity is; `None` where it is none.
    pub channel: Option<ChannelId>,
}

/// What numbers an event.
#[derive(Debug, Clone, Copy)]
pub struct Numbered {
    pub id: EventId,
    pub seq: u64,
    /// The version of the community's rights that holds once it is committed.
    pub acl_version: u64,
    pub at: Timestamp,
    pub actor: UserId,
}

/// Puts an event into its envelope.
#[must_use]
pub fn envelope(place: Place, emit: Emit, numbered: Numbered) -> Envelope {
    Envelope {
        v: ENVELOPE_VERSION,
        id: numbered.id,
        kind: emit.kind.as_str().into(),
        ts: numbered.at,
        stream: place.stream,
        seq: Some(numbered.seq),
        community_id: Some(place.community),
        channel_id: emit.channel,
        actor_id: Some(numbered.actor),
        acl_version: Some(numbered.acl_version),
        payload: emit.payload,
    }
}
