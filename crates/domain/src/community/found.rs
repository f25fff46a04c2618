//! Founds a community: its first channel, its founder's membership, and its first events.
//!
//! No request can name the community before this commit, so no activation serializes it. It is an append to a stream that begins
//! with it; constraints decide races.

use std::sync::Arc;

use ajet_protocol::events::{ChannelPayload, MemberPayload};
use ajet_protocol::{
    Addressed, Channel, ChannelId, ChannelType, Community, CommunityId, Event, EventId, Member, NotifyLevel,
    Role, Timestamp, Topic, Trimmed, Unread, User, UserId, Visibility, mint::Mint,
};

use super::Change;
use super::update_community::SLUG_TAKEN;
use crate::Universe;
use crate::acl::Affected;
use crate::asked::{Asked, Key};
use crate::event::{Emit, Numbered, Place, addressed};
use crate::journal::{AclCheck, Append, DuplicateKey};
use crate::refusals;
use crate::verb::KeySpace;
use crate::writer::SpentKey;

/// The channel that every community comes with.
pub const GENERAL: &str = "general";
/// The idempotency keys of foundings.
const KEYS: KeySpace = KeySpace::Of("communities");
refusals! {
    /// Why a community was not founded.
    pub enum NotFounded {
        /// The system has an owner, the caller is somebody else, and the settings leave it to the owner.
        NotTheOwner => Forbidden: "Only the system owner founds further communities.",
        /// Another community has the slug.
        SlugTaken => Conflict("slug", "taken"): "This slug is taken.",
    }
}

impl NotFounded {
    /// What a named constraint of the store means to a founding; `None` for one that it can't break.
    #[must_use]
    pub fn by(constraint: &str) -> Option<Self> {
        (constraint == SLUG_TAKEN).then_some(Self::SlugTaken)
    }
}

/// A community to be founded, with the channel everybody joins.
#[derive(Debug)]
pub struct Founding {
    pub community: Community,
    /// The community stream's first events, without an ACL version: the commit gives them theirs.
    pub events: Arc<Vec<Addressed>>,
    founder: UserId,
    changes: Vec<Change>,
}

/// What a community is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub name: Trimmed,
    pub slug: String,
}

/// Who founds communities after the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Founders {
    /// The system owner, once there is one.
    pub owner: Option<UserId>,
    /// Whether all others may as well, by the system's settings.
    pub everybody: bool,
}

impl Founders {
    /// Whether a person may found a community.
    #[must_use]
    pub fn may(self, person: UserId) -> bool {
        self.everybody || self.owner.is_none_or(|owner| owner == person)
    }
}

impl Founding {
    /// The constraint that refuses a founding in which another founder became the system owner first: it is to be decided again.
    pub const OWNED: &'static str = "system_settings_pkey";

    /// A founder's idempotency key as it is stored.
    #[must_use]
    pub fn key(founder: UserId, key: &Key) -> DuplicateKey {
        KEYS.stored(founder, &key.text)
    }

    /// What the journal is to commit; the same at each attempt, so that the stream tells whether an earlier one came through.
    #[must_use]
    pub fn append(&self) -> Append<Change> {
        Append {
            stream: self.community.id.into(),
            epoch: 0,
            head: 0,
            founds: true,
            acl: AclCheck { scope: self.community.id.into(), rests_on: Vec::new() },
            events: Arc::clone(&self.events),
            changes: self.changes.clone(),
            raises: vec![Affected::Person(self.founder)],
        }
    }
}

/// Decides a founding under the caller's key: anybody founds the first community and becomes the system owner by it, who founds
/// all others, unless the settings let everybody.
///
/// # Errors
/// [`NotFounded::NotTheOwner`]
pub fn found(
    asked: Asked<Names>,
    key: &Key,
    founders: Founders,
    node: u16,
    universe: &mut dyn Universe,
) -> Result<Founding, NotFounded> {
    let Asked { by, verb: names, .. } = asked;
    let founder = by.id();
    if !founders.may(founder) {
        return Err(NotFounded::NotTheOwner);
    }
    let (now, mut mint) = (universe.now(), Mint::above(node, None));
    let mut id = || mint.next(now, universe.entropy());
    let (community_id, general_id) = (CommunityId(id()), ChannelId(id()));
    let community = Community {
        id: community_id,
        name: names.name.into(),
        slug: names.slug,
        role: Role::Owner,
        default_channel_id: Some(general_id),
        avatar_url: None,
        notify: NotifyLevel::default(),
        created_at: now,
    };
    let general = general(general_id, community_id, now);
    let emitted = [
        Emit::new(&Event::MemberJoined(MemberPayload { member: membership(&by.user, now) })),
        Emit::in_channel(
            &Event::ChannelCreated(ChannelPayload { channel: general.clone().into() }),
            general.id,
        ),
    ];
    let (stream, topic) = (community.id.into(), Topic::Community(community.id));
    let place = Place { stream, topic, community: Some(community.id), channel: None };
    let events = emitted.into_iter().zip(1..).filter_map(|(emit, seq)| {
        addressed(place, emit, Numbered { id: EventId(id()), seq, at: now, actor: founder })
    });
    let events = Arc::new(events.collect());
    let spent = SpentKey {
        key: Founding::key(founder, key),
        object: community.id.0,
        fingerprint: key.kept(),
        at: now,
    };
    let claim = founders.owner.is_none().then_some(Change::ClaimSystem { owner: founder, at: now });
    let changes =
        claim.into_iter().chain(rows(&community, general, founder)).chain([Change::SpendKey(spent)]);
    Ok(Founding { founder, events, changes: changes.collect(), community })
}

/// The rows of a community, of its first channel, and of its founder in both.
fn rows(community: &Community, general: Channel, founder: UserId) -> [Change; 4] {
    let (at, channel_id) = (community.created_at, general.id);
    [
        Change::AddCommunity {
            id: community.id,
            name: community.name.clone(),
            slug: community.slug.clone(),
            default_channel: channel_id,
            at,
        },
        Change::AddMember { user_id: founder, role: Role::Owner, joined_at: at, muted_until: None },
        Change::AddChannel { channel: Box::new(general), by: founder },
        Change::JoinChannel { channel_id, user_id: founder, at },
    ]
}

fn membership(user: &User, now: Timestamp) -> Member {
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
        notify: NotifyLevel::default(),
        archived: false,
        slow_mode_s: 0,
        created_at: now,
    }
}
