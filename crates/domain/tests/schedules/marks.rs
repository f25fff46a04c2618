//! The journal of a person in memory: their stream, how far they have read, and the rights that this rests on, scope by scope.
//!
//! The fence is that of the real statement: it compares the version of the scope that a right is of, whatever the stream.

use std::collections::HashMap;

use ajet_domain::journal::{Append, Outcome, Rests, StreamPosition};
use ajet_domain::need::{Joined, MarkerFacts, MarkerOf};
use ajet_domain::person::MarkRead;
use ajet_domain::{Affected, Change, Scope};
use ajet_protocol::{ChannelId, CommunityId, Envelope, MessageId, StreamId, Unread, UserId};
use uuid::Uuid;

use crate::log::Durable;

/// Whose stream it is.
pub const READER: UserId = UserId(Uuid::from_u128(100));
pub const OTHER: UserId = UserId(Uuid::from_u128(101));
const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(2));
/// A channel of the community in which nothing happens.
const BESIDE: ChannelId = ChannelId(Uuid::from_u128(3));

/// By what a message counts as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadBy {
    /// It is marked.
    Mark,
    /// It is not, and was there when the person joined the channel last.
    Joining,
    Nothing,
}

/// A channel, as far as the person reads it. Its messages are numbered from 1 on.
struct Room {
    id: ChannelId,
    /// Whose rights decide on it.
    scope: Scope,
    messages: u64,
    is_joined: bool,
    /// Up to which message the last joining counts as read; it stays while the person is not in the channel.
    joined_at: u64,
    /// Up to which message the person marked it; 0 for none.
    marked: u64,
}

impl Room {
    fn message(&self, number: u64) -> MessageId {
        MessageId(Uuid::from_u128((self.id.0.as_u128() << 64) | u128::from(number)))
    }

    /// The number of a message of this channel, if it is there.
    fn number(&self, message: MessageId) -> Option<u64> {
        (1..=self.messages).find(|number| self.message(*number) == message)
    }

    fn read_to(&self) -> u64 {
        self.marked.max(self.joined_at)
    }
}

/// A person's stream, and what stands beside it.
pub struct Marks {
    epoch: u64,
    head: u64,
    pub events: Vec<Durable>,
    rooms: Vec<Room>,
    /// What each version of a scope affects; the first one here is version 2.
    changes: HashMap<Scope, Vec<Affected>>,
    /// Marks that moved a marker to where it was, or back.
    back: Vec<MarkRead>,
    /// The last one that moved a marker, and from where.
    last: Option<(usize, u64)>,
}

impl Marks {
    pub const ROOMS: usize = 3;

    /// The person is in all channels, and has read nothing. Versions are far apart, so that one is not taken for another.
    pub fn new() -> Self {
        let dm = ChannelId(Uuid::from_u128(52));
        let rooms = [
            (ChannelId(Uuid::from_u128(50)), Scope::from(COMMUNITY)),
            (ChannelId(Uuid::from_u128(51)), Scope::from(COMMUNITY)),
            (dm, Scope::from(dm)),
        ];
        let room = |(id, scope)| Room { id, scope, messages: 5, is_joined: true, joined_at: 0, marked: 0 };
        let scopes = [(Scope::from(COMMUNITY), 20), (Scope::from(dm), 5), (Scope::from(READER), 0)];
        let changes = scopes.map(|(scope, before)| (scope, vec![Affected::Person(OTHER); before]));
        Self {
            epoch: 0,
            head: 0,
            events: Vec::new(),
            rooms: rooms.map(room).into(),
            changes: changes.into(),
            back: Vec::new(),
            last: None,
        }
    }

    /// A new owner: its epoch, and where the stream stands.
    pub fn take_over(&mut self) -> (u64, u64) {
        self.epoch += 1;
        (self.epoch, self.head)
    }

    pub fn say(&mut self, room: usize) {
        self.rooms[room].messages += 1;
    }

    pub fn has_joined(&self, room: usize) -> bool {
        self.rooms[room].is_joined
    }

    /// The person joins the channel, with all that was said before as read; again changes nothing.
    pub fn join(&mut self, room: usize) {
        let Room { is_joined, joined_at, messages, .. } = &mut self.rooms[room];
        if !*is_joined {
            (*is_joined, *joined_at) = (true, *messages);
            self.raise(room, Affected::Person(READER));
        }
    }

    /// The person is in the channel no more.
    pub fn remove(&mut self, room: usize) {
        self.rooms[room].is_joined = false;
        self.raise(room, Affected::Person(READER));
    }

    /// Rights change in the scope of a channel.
    pub fn raise(&mut self, room: usize, affected: Affected) {
        self.changes.entry(self.rooms[room].scope).or_default().push(affected);
    }

    /// What may be done in another channel of the same scope changes: no one's membership does.
    pub fn raise_beside(&mut self, room: usize) {
        self.raise(room, Affected::Channel(BESIDE));
    }

    /// The version of the person's own scope rises, on which no mark rests.
    pub fn raise_own(&mut self) {
        self.changes.entry(READER.into()).or_default().push(Affected::Person(READER));
    }

    /// A mark of one of a channel's last messages.
    pub fn mark(&self, room: usize, back: u64) -> MarkRead {
        let room = &self.rooms[room];
        MarkRead { channel_id: room.id, message_id: room.message(room.messages - back) }
    }

    /// What the store answers: nothing where the person is not in the channel, or the message is not there.
    pub fn marker(&self, asked: &MarkerOf) -> Option<MarkerFacts> {
        let room = self.rooms.iter().find(|room| room.id == asked.channel)?;
        if !room.is_joined || asked.user != READER {
            return None;
        }
        let unread = room.messages - room.number(asked.message)?;
        let read_to = room.read_to();
        Some(MarkerFacts {
            read_to: (read_to > 0).then(|| room.message(read_to)),
            unread: Unread { count: i64::try_from(unread).expect("few"), mentions: 0 },
            joined: Joined { scope: room.scope, acl_version: self.version(room.scope) },
        })
    }

    /// Appends as the one statement of the journal does: all of it, or nothing with the reason.
    pub fn append(&mut self, append: &Append<Change>) -> Outcome {
        if append.epoch != self.epoch || append.head != self.head {
            return Outcome::Fenced;
        }
        if append.acl.rests_on.iter().any(|rests| self.is_stale(rests, append.stream)) {
            return Outcome::StaleAcl;
        }
        assert!(append.raises.is_empty(), "a mark changes no rights");
        assert_eq!(append.events.len(), append.changes.len(), "each mark has its event");
        let acl_version = self.version(append.acl.scope);
        for (one, change) in append.events.iter().zip(&append.changes) {
            assert_eq!(one.event.acl_version, None, "only the commit knows it");
            let event = Envelope { acl_version: Some(acl_version), ..one.event.clone() };
            let allowed = self.moved(change);
            self.events.push(Durable { epoch: append.epoch, event, allowed });
        }
        self.head += append.events.len() as u64;
        Outcome::Committed { acl_version }
    }

    /// Moves a marker. Whether the person was in the channel then.
    fn moved(&mut self, change: &Change) -> bool {
        let Change::MarkRead { user_id, channel_id, message_id } = change else {
            panic!("no mark changes this: {change:?}")
        };
        let at = self.rooms.iter().position(|room| room.id == *channel_id).expect("is there");
        let room = &mut self.rooms[at];
        let number = room.number(*message_id).expect("is there");
        if number <= room.read_to() {
            self.back.push(MarkRead { channel_id: *channel_id, message_id: *message_id });
        } else {
            self.last = Some((at, room.marked));
            room.marked = number;
        }
        *user_id == READER && room.is_joined
    }

    /// A look at the stream, as after a doubtful outcome.
    pub fn sight(&self, from_head: u64) -> StreamPosition {
        let next = self.events.iter().find(|durable| durable.event.seq == Some(from_head + 1));
        StreamPosition {
            epoch: self.epoch,
            head: self.head,
            next: next.map(|durable| durable.event.id),
            acl_version: next.and_then(|durable| durable.event.acl_version).unwrap_or(0),
        }
    }

    /// Whether rights of the scope have changed since they were read, whomever that concerns.
    pub fn is_behind(&self, rests: &Rests) -> bool {
        rests.version < self.version(rests.scope)
    }

    /// I7.
    pub fn only_forward(&self) -> Result<(), String> {
        match self.back.first() {
            Some(mark) => Err(format!("I7: {mark:?} was written, and moves nothing on")),
            None => Ok(()),
        }
    }

    /// By what a message counts as read now.
    pub fn read_by(&self, mark: &MarkRead) -> ReadBy {
        let room = self.rooms.iter().find(|room| room.id == mark.channel_id).expect("is there");
        match room.number(mark.message_id).expect("is there") {
            number if number <= room.marked => ReadBy::Mark,
            number if number <= room.joined_at => ReadBy::Joining,
            _ => ReadBy::Nothing,
        }
    }

    /// Plants a violation: the marker of a channel stands where it was before the last mark.
    pub fn forget_last_mark(&mut self) {
        let (room, before) = self.last.expect("a mark");
        self.rooms[room].marked = before;
    }

    /// Plants a violation: the last mark is written again.
    pub fn repeat_last_mark(&mut self) {
        let (room, _) = self.last.expect("a mark");
        let Room { id, marked, .. } = self.rooms[room];
        let message_id = self.rooms[room].message(marked);
        self.moved(&Change::MarkRead { user_id: READER, channel_id: id, message_id });
    }

    fn version(&self, scope: Scope) -> u64 {
        1 + self.changes.get(&scope).map_or(0, |changes| changes.len() as u64)
    }

    /// Whether the fence refuses what rests on this: rights of the scope have changed since, and the change concerns it; or it is of no
    /// version that the scope has had.
    fn is_stale(&self, rests: &Rests, stream: StreamId) -> bool {
        let Some(changes) = self.changes.get(&rests.scope) else { return true };
        if rests.version == 0 || rests.version > self.version(rests.scope) {
            return true;
        }
        // Version 1 is the one before the first change.
        let mut since = changes.iter().skip(rests.version as usize - 1);
        since.any(|change| match change {
            Affected::Everyone => true,
            Affected::Channel(changed) | Affected::Use(changed) => {
                changed.0 == stream.0 || stream.0 == rests.scope.0
            }
            Affected::Person(changed) => *changed == rests.person,
        })
    }
}
