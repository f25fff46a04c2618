//! Founds a direct message: its people, and its first event.
//!
//! Its id follows from its people, so that of several foundings of the same people one comes through, and the others find the stream
//! there. No activation serializes them. Who takes part never changes: another set of people is another direct message.

use std::sync::Arc;

use ajet_protocol::events::ChannelPayload;
use ajet_protocol::{
    Addressed, Channel, ChannelId, ChannelType, Event, EventId, NotifyLevel, Timestamp, Topic, Unread, User,
    UserId, Visibility, limits, mint::Mint,
};

use super::Change;
use crate::Universe;
use crate::acl::Affected;
use crate::asked::{Asked, Key};
use crate::event::{Emit, Numbered, Place, addressed};
use crate::journal::{AclCheck, Append, DuplicateKey};
use crate::refusals;
use crate::verb::KeySpace;
use crate::writer::SpentKey;

/// The idempotency keys of foundings.
const KEYS: KeySpace = KeySpace::Of("dms");

refusals! {
    /// Why there is no direct message for the caller.
    pub enum NoDm {
        /// One does not talk with oneself.
        OnlyYourself => Invalid("user_ids", "yourself"): "names only you",
        /// A direct message has ten people at most.
        TooMany => Invalid("user_ids", "bad_length"): "needs 1 to 9 people",
        /// Of two people one has blocked the other. In a group no block counts.
        Blocked => Blocked: "One of you has blocked the other.",
    }
}

/// The people of a direct message that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direct {
    /// Each once and by id, the caller among them.
    pub people: Vec<User>,
    /// Whether the caller and one of the others are kept apart by a block of either.
    pub is_blocked: bool,
}

impl Direct {
    /// Whether the caller may have it, be it there already or not.
    ///
    /// # Errors
    /// [`NoDm`]
    pub fn admit(&self) -> Result<(), NoDm> {
        match self.people.len() {
            0 | 1 => Err(NoDm::OnlyYourself),
            2 if self.is_blocked => Err(NoDm::Blocked),
            2..=limits::DM_PEOPLE => Ok(()),
            _ => Err(NoDm::TooMany),
        }
    }
}

/// A direct message to be founded.
#[derive(Debug)]
pub struct DmFounding {
    /// As its founder sees it.
    pub channel: Channel,
    /// The first event of its stream, without an ACL version: the commit gives it its own.
    events: Arc<Vec<Addressed>>,
    changes: Vec<Change>,
}

impl DmFounding {
    /// A founder's idempotency key as it is stored.
    #[must_use]
    pub fn key(founder: UserId, key: &Key) -> DuplicateKey {
        KEYS.stored(founder, &key.text)
    }

    /// What the journal is to commit; the same at each attempt, so that the stream tells whether an earlier one came through.
    #[must_use]
    pub fn append(&self) -> Append<Change> {
        Append {
            stream: self.channel.id.into(),
            epoch: 0,
            head: 0,
            founds: true,
            acl: AclCheck { scope: self.channel.id.into(), rests_on: Vec::new() },
            events: Arc::clone(&self.events),
            changes: self.changes.clone(),
            raises: self.channel.members.iter().map(|person| Affected::Person(person.id)).collect(),
        }
    }
}

/// Decides a founding of a direct message of this id, which its people make, under the caller's key.
///
/// # Errors
/// [`NoDm`]
pub fn found_dm(
    id: ChannelId,
    asked: Asked<Direct>,
    key: &Key,
    node: u16,
    universe: &mut dyn Universe,
) -> Result<DmFounding, NoDm> {
    let Asked { by, verb: direct, .. } = asked;
    direct.admit()?;
    let (founder, now) = (by.id(), universe.now());
    let channel = channel(id, direct.people, now);
    let shown = Event::ChannelCreated(ChannelPayload { channel: channel.clone().into() });
    let place = Place { stream: id.into(), topic: Topic::Dm(id), community: None, channel: Some(id) };
    let event = EventId(Mint::above(node, None).next(now, universe.entropy()));
    let numbered = Numbered { id: event, seq: 1, at: now, actor: founder };
    let events = Arc::new(addressed(place, Emit::in_channel(&shown, id), numbered).into_iter().collect());
    let spent =
        SpentKey { key: DmFounding::key(founder, key), object: id.0, fingerprint: key.kept(), at: now };
    let people = channel.members.iter();
    let joins = people.map(|person| Change::JoinChannel { channel_id: id, user_id: person.id, at: now });
    let added = Change::AddDm { channel: Box::new(channel.clone()), by: founder };
    let changes = [added].into_iter().chain(joins).chain([Change::SpendKey(spent)]).collect();
    Ok(DmFounding { channel, events, changes })
}

fn channel(id: ChannelId, members: Vec<User>, now: Timestamp) -> Channel {
    let kind = if members.len() > 2 { ChannelType::GroupDm } else { ChannelType::Dm };
    Channel {
        id,
        community_id: None,
        name: String::new(),
        kind,
        visibility: Visibility::Private,
        topic: None,
        category_id: None,
        position: 0,
        members,
        last_message_id: None,
        unread: Unread::default(),
        muted: false,
        notify: NotifyLevel::All,
        archived: false,
        slow_mode_s: 0,
        created_at: now,
    }
}
