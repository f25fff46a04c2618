//! How a decided event becomes an envelope with an address: the same for every entity.

use ajet_protocol::events::ENVELOPE_VERSION;
use ajet_protocol::{
    Address, Addressed, Audience, ChannelId, CommunityId, Envelope, Event, EventId, EventType, StreamId,
    Timestamp, Topic, UserId, limits,
};
use serde_json::value::RawValue;

use crate::acl::Scope;

/// An event that a verb decided on, not yet numbered.
#[derive(Debug, Clone)]
pub struct Emit {
    pub kind: EventType,
    /// The channel that it is about; `None` where it is about none.
    pub channel: Option<ChannelId>,
    /// Who gets it; `None` where it lacks the channel that its type needs. That is a fault of ours: it can't be addressed.
    pub audience: Option<Audience>,
    /// Encoded once: what readers get, and what a message's author is answered.
    pub payload: Box<RawValue>,
}

impl Emit {
    /// An event of the entity as a whole.
    #[must_use]
    pub fn new(event: &Event) -> Self {
        Self::about(None, event)
    }

    /// An event of a channel.
    #[must_use]
    pub fn in_channel(event: &Event, channel: ChannelId) -> Self {
        Self::about(Some(channel), event)
    }

    /// An event of the entity as a whole that is for all who are on its topic.
    #[must_use]
    pub fn on(place: Place, event: &Event) -> Self {
        let audience = event.kind().audience_on(place.topic, place.channel);
        Self { audience, ..Self::about(place.channel, event) }
    }

    fn about(channel: Option<ChannelId>, event: &Event) -> Self {
        let kind = event.kind();
        Self { kind, channel, audience: kind.audience(channel), payload: event.payload() }
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
    /// Where they are delivered.
    pub topic: Topic,
    /// The community that it is, or is in; `None` for a person, and for a direct message.
    pub community: Option<CommunityId>,
    /// The channel that the entity is; `None` where it is none.
    pub channel: Option<ChannelId>,
}

impl Place {
    /// What carries the ACL version of the entity's rights.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.topic.into()
    }
}

/// What numbers an event.
#[derive(Debug, Clone, Copy)]
pub struct Numbered {
    pub id: EventId,
    pub seq: u64,
    pub at: Timestamp,
    pub actor: UserId,
}

/// Puts an event into its envelope, and addresses it; `None` where it can't be addressed. Its ACL version is known once it is
/// committed, and not before.
#[must_use]
pub fn addressed(place: Place, emit: Emit, numbered: Numbered) -> Option<Addressed> {
    let to = Address { topic: place.topic, audience: emit.audience? };
    if to.audience == Audience::Person && !matches!(to.topic, Topic::Person(_)) {
        // Everybody on the topic would get what is for one person.
        return None;
    }
    let event = Envelope {
        v: ENVELOPE_VERSION,
        id: numbered.id,
        kind: emit.kind.as_str().into(),
        ts: numbered.at,
        stream: place.stream,
        seq: Some(numbered.seq),
        community_id: place.community,
        channel_id: emit.channel,
        actor_id: Some(numbered.actor),
        acl_version: None,
        payload: emit.payload,
    };
    Some(Addressed { to, event })
}
