//! An event with its envelope encoded once: the same bytes go to NATS and to every reader.

use std::time::Instant;

use ajet_protocol::events::BadEnvelope;
use ajet_protocol::{
    Address, Addressed, Audience, ChannelId, CommunityId, Envelope, EventId, EventType, StreamId, Topic,
};
use bytes::Bytes;

/// An event, ready to be sent anywhere.
#[derive(Debug, Clone)]
pub struct EncodedEvent {
    pub id: EventId,
    /// `None` for a type this version does not know: passed on, not looked into.
    pub kind: Option<EventType>,
    pub kind_name: Box<str>,
    pub stream: StreamId,
    /// 0 for one that is never stored.
    pub seq: u64,
    pub community_id: Option<CommunityId>,
    pub channel_id: Option<ChannelId>,
    pub acl_version: u64,
    /// Where it goes, and who gets it there. `None` where the audience is not known: then no reader gets it.
    pub to: Option<Address>,
    /// The channel that an event of a person's own stream is about ([`Envelope::about`]); none of other events.
    pub about: Result<Option<ChannelId>, BadEnvelope>,
    /// The envelope as JSON.
    pub json: Bytes,
    /// When this node came to have it, for measuring how long it took from here.
    pub since: Instant,
}

impl EncodedEvent {
    /// Encodes an event.
    #[must_use]
    pub fn of(addressed: &Addressed) -> Self {
        // An envelope holds strings, numbers and JSON only: it always serializes.
        let json = serde_json::to_vec(&addressed.event).unwrap_or_default();
        Self::with_json(addressed, Bytes::from(json))
    }

    /// Reads an envelope that came over NATS, with the audience that its publisher gave it under a good seal. That counts for
    /// types that this version does not know; of the others it knows the audience itself.
    ///
    /// # Errors
    /// [`BadEnvelope`], when it is none.
    pub fn parse(json: Bytes, audience: Option<&str>) -> Result<Self, BadEnvelope> {
        let envelope = Envelope::parse(&json)?;
        let audience = match EventType::named(&envelope.kind) {
            Some(kind) => kind.audience_on(envelope.topic(), envelope.channel_id),
            None => audience.and_then(|name| Audience::named(name, envelope.channel_id)),
        };
        let to = audience.map(|audience| Address { topic: envelope.topic(), audience });
        Ok(Self::encoded(&envelope, to, json))
    }

    /// An event whose JSON stands somewhere already.
    #[must_use]
    pub fn with_json(addressed: &Addressed, json: Bytes) -> Self {
        Self::encoded(&addressed.event, Some(addressed.to), json)
    }

    /// Where it is delivered, also where it is not known to whom.
    #[must_use]
    pub fn topic(&self) -> Topic {
        self.to.map_or_else(|| Topic::of(self.stream, self.community_id, self.channel_id), |to| to.topic)
    }

    fn encoded(envelope: &Envelope, to: Option<Address>, json: Bytes) -> Self {
        let about = match to.map(|to| to.topic) {
            Some(Topic::Person(_)) => envelope.about(),
            Some(Topic::Community(_) | Topic::Dm(_)) | None => Ok(None),
        };
        Self {
            id: envelope.id,
            kind: EventType::named(&envelope.kind),
            kind_name: envelope.kind.as_ref().into(),
            stream: envelope.stream,
            seq: envelope.seq.unwrap_or(0),
            community_id: envelope.community_id,
            channel_id: envelope.channel_id,
            acl_version: envelope.acl_version.unwrap_or(0),
            to,
            about,
            json,
            since: Instant::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::Timestamp;
    use ajet_protocol::events::ENVELOPE_VERSION;
    use uuid::Uuid;

    use super::*;

    const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(2));

    /// Whom an event of a channel is for, as it comes over NATS.
    fn audience(kind: &'static str, said: Option<&str>) -> Option<Audience> {
        let event = Envelope {
            v: ENVELOPE_VERSION,
            id: Uuid::from_u128(4).into(),
            kind: kind.into(),
            ts: Timestamp::from_unix_millis(1),
            stream: CHANNEL.into(),
            seq: Some(1),
            community_id: Some(CommunityId(Uuid::from_u128(1))),
            channel_id: Some(CHANNEL),
            actor_id: None,
            acl_version: Some(1),
            payload: Box::default(),
        };
        let json = Bytes::from(serde_json::to_vec(&event).expect("encodes"));
        EncodedEvent::parse(json, said).expect("an event").to.map(|to| to.audience)
    }

    #[test]
    fn an_event_of_an_unknown_type_is_for_whom_its_publisher_says_or_for_no_one() {
        assert_eq!(audience("moon.landed", None), None);
        assert_eq!(audience("moon.landed", Some("everyone")), None);
        assert_eq!(audience("moon.landed", Some("seers")), Some(Audience::Seers(CHANNEL)));
        assert_eq!(audience("message.created", Some("members")), Some(Audience::Joined(CHANNEL)));
        assert_eq!(audience("message.created", None), Some(Audience::Joined(CHANNEL)));
    }
}
