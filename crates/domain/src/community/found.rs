//! Founds a community: its first channel, its founder's membership, and its first events.
//!
//! No request can name the community before this commit, so no activation serializes it; constraints decide races.

use ajet_protocol::events::{ChannelPayload, MemberPayload};
use ajet_protocol::{
    Addressed, Channel, ChannelId, ChannelType, Community, CommunityId, Event, EventId, Member, Role,
    Timestamp, Topic, Trimmed, Unread, User, UserId, Visibility, mint::Mint,
};

use crate::Universe;
use crate::asked::{Asked, Key};
use crate::event::{Emit, Numbered, Place, addressed};
use crate::journal::DuplicateKey;
use crate::verb::KeySpace;

/// The channel that every community comes with.
pub const GENERAL: &str = "general";
/// The idempotency keys of foundings.
const KEYS: KeySpace = KeySpace::Of("communities");
/// The ACL version of a new community.
const FIRST_VERSION: u64 = 1;

/// A community to be founded, with the channel everybody joins.
#[derive(Debug)]
pub struct Founding {
    pub community: Community,
    pub general: Channel,
    pub founder: UserId,
    /// The caller's key as it is stored, and as it was given.
    pub key: (DuplicateKey, Key),
    /// The community stream's first events.
    pub events: Vec<Addressed>,
}

/// What a community is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub name: Trimmed,
    pub slug: String,
}

/// Decides a founding under the caller's key.
#[must_use]
pub fn found(asked: Asked<Names>, key: Key, node: u16, universe: &mut dyn Universe) -> Founding {
    let Asked { by, verb: names, .. } = asked;
    let (now, mut mint) = (universe.now(), Mint::above(node, None));
    let mut id = || mint.next(now, universe.entropy());
    let community = Community {
        id: CommunityId(id()),
        name: names.name.into(),
        slug: names.slug,
        role: Role::Owner,
        created_at: now,
    };
    let general = general(ChannelId(id()), community.id, now);
    let member = owner(&by.user, now);
    let emitted = [
        Emit::new(&Event::MemberJoined(MemberPayload { member })),
        Emit::in_channel(
            &Event::ChannelCreated(ChannelPayload { channel: general.clone().into() }),
            general.id,
        ),
    ];
    let (stream, topic) = (community.id.into(), Topic::Community(community.id));
    let place = Place { stream, topic, community: community.id, channel: None };
    let events = emitted.into_iter().zip(1..).filter_map(|(emit, seq)| {
        let numbered = Numbered { id: EventId(id()), seq, at: now, actor: by.user.id };
        let mut one = addressed(place, emit, numbered)?;
        one.event.acl_version = Some(FIRST_VERSION);
        Some(one)
    });
    let events = events.collect();
    let stored = DuplicateKey { author: by.user.id, key: KEYS.stored(&key.text) };
    Founding { founder: by.user.id, key: (stored, key), events, community, general }
}

fn owner(user: &User, now: Timestamp) -> Member {
    Member {
        user: user.clone(),
        role: Role::Owner,
        roles: vec![],
        nickname: None,
        avatar_url: None,
        muted_until: None,
        joined_at: now,
    }
}

fn general(id: ChannelId, community: CommunityId, now: Timestamp) -> Channel {
    Channel {
        id,
        community_id: Some(community),
        name: GENERAL.into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
        position: 0,
        members: vec![],
        last_message_id: None,
        unread: Unread::default(),
        muted: false,
        created_at: now,
    }
}
