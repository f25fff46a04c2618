//! How a decided event becomes an envelope: the same for every entity.

use ajet_protocol::events::ENVELOPE_VERSION;
use ajet_protocol::{ChannelId, CommunityId, Envelope, Event, EventId, StreamId, UserId, limits, mint::Mint};

use crate::writer::Turn;

/// Where an event stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub stream: StreamId,
    pub community: CommunityId,
    pub channel: Option<ChannelId>,
    /// The version of the community's rights under which it is committed.
    pub acl_version: u64,
}

/// Puts an event into its envelope; `None` where it is larger than the bus takes, and so must not be appended.
#[must_use]
pub fn envelope<F>(
    event: &Event,
    actor: UserId,
    place: Place,
    (mint, turn): (&mut Mint, &mut Turn<'_, F>),
) -> Option<Envelope> {
    let now = turn.universe.now();
    let payload = event.payload();
    (payload.get().len() <= limits::EVENT_BYTES).then(|| Envelope {
        v: ENVELOPE_VERSION,
        id: EventId(mint.next(now, turn.universe.entropy())),
        kind: event.kind().as_str().into(),
        ts: now,
        stream: place.stream,
        seq: Some(turn.seq),
        community_id: Some(place.community),
        channel_id: place.channel,
        actor_id: Some(actor),
        acl_version: Some(place.acl_version),
        payload,
    })
}
