//! Whom an event is for: the topic that it is delivered on, and who on that topic gets it.
//!
//! The audience of a type is fixed here and nowhere else. It is stored with the event and travels beside it, so that a node of
//! an earlier version delivers a type that it does not know. Whether somebody belongs to an audience is not decided here.

use uuid::Uuid;

use crate::subjects::Subject;
use crate::{ChannelId, CommunityId, Envelope, EventType, StreamId, UserId};

/// Where an event is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// What happens in a community and its channels.
    Community(CommunityId),
    /// What happens in a direct message.
    Dm(ChannelId),
    /// What concerns one person alone.
    Person(UserId),
}

impl Topic {
    /// The topic of an event, by what its envelope says. What is in no community and no channel is a person's.
    #[must_use]
    pub fn of(stream: StreamId, community: Option<CommunityId>, channel: Option<ChannelId>) -> Self {
        match (community, channel) {
            (Some(community), _) => Topic::Community(community),
            (None, Some(channel)) => Topic::Dm(channel),
            (None, None) => Topic::Person(UserId(stream.0)),
        }
    }

    /// The id of what it is the topic of.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Topic::Community(community) => community.0,
            Topic::Dm(channel) => channel.0,
            Topic::Person(person) => person.0,
        }
    }

    /// The NATS subject of its durable events.
    #[must_use]
    pub fn subject(self) -> Subject {
        match self {
            Topic::Community(community) => Subject::Events(community),
            Topic::Dm(channel) => Subject::Dm(channel),
            Topic::Person(person) => Subject::Notifications(person),
        }
    }
}

/// Who on a topic gets an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Every member of the community.
    Members,
    /// Those who may know of a channel.
    Seers(ChannelId),
    /// Those who joined a channel.
    Joined(ChannelId),
    /// The person whose topic it is.
    Person,
}

impl Audience {
    /// Its number in the log; it never changes.
    #[must_use]
    pub fn code(self) -> i16 {
        match self {
            Audience::Members => 1,
            Audience::Seers(_) => 2,
            Audience::Joined(_) => 3,
            Audience::Person => 4,
        }
    }

    /// The audience of a number, for an event with this channel. `None` for a number that this version does not know, and
    /// where the audience is of a channel and the event has none.
    #[must_use]
    pub fn of_code(code: i16, channel: Option<ChannelId>) -> Option<Self> {
        match code {
            1 => Some(Audience::Members),
            2 => channel.map(Audience::Seers),
            3 => channel.map(Audience::Joined),
            4 => Some(Audience::Person),
            _ => None,
        }
    }

    /// Its name in the headers of a NATS message.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Members => "members",
            Audience::Seers(_) => "seers",
            Audience::Joined(_) => "joined",
            Audience::Person => "person",
        }
    }

    /// The audience of a name, for an event with this channel; `None` as in [`Audience::of_code`].
    #[must_use]
    pub fn named(text: &str, channel: Option<ChannelId>) -> Option<Self> {
        match text {
            "members" => Some(Audience::Members),
            "seers" => channel.map(Audience::Seers),
            "joined" => channel.map(Audience::Joined),
            "person" => Some(Audience::Person),
            _ => None,
        }
    }

    /// The channel whose people it is; `None` where it is of none.
    #[must_use]
    pub fn channel(self) -> Option<ChannelId> {
        match self {
            Audience::Seers(channel) | Audience::Joined(channel) => Some(channel),
            Audience::Members | Audience::Person => None,
        }
    }
}

/// Where an event goes, and who gets it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address {
    pub topic: Topic,
    pub audience: Audience,
}

/// An event and whom it is for.
#[derive(Debug, Clone)]
pub struct Addressed {
    pub to: Address,
    pub event: Envelope,
}

impl Addressed {
    /// An event with the address that follows from its type; `None` where none does ([`Envelope::audience`]).
    #[must_use]
    pub fn of(event: Envelope) -> Option<Self> {
        let to = Address { topic: event.topic(), audience: event.audience()? };
        Some(Self { to, event })
    }
}

impl Envelope {
    /// Where the event is delivered.
    #[must_use]
    pub fn topic(&self) -> Topic {
        Topic::of(self.stream, self.community_id, self.channel_id)
    }

    /// Who gets it, by its type; `None` for a type that this version does not know, and where the channel is missing.
    #[must_use]
    pub fn audience(&self) -> Option<Audience> {
        EventType::named(&self.kind)?.audience(self.channel_id)
    }
}

impl EventType {
    /// Who gets events of this type; `None` where the event lacks the channel that the type needs.
    ///
    /// Without a wildcard, so that a new type does not compile without an audience.
    #[must_use]
    pub fn audience(self, channel: Option<ChannelId>) -> Option<Audience> {
        match self {
            EventType::MessageCreated
            | EventType::MessageEdited
            | EventType::MessageDeleted
            | EventType::MessagePinned
            | EventType::MessageUnpinned
            | EventType::ReactionAdded
            | EventType::ReactionRemoved
            | EventType::TypingStart
            | EventType::TypingStop => channel.map(Audience::Joined),
            EventType::ChannelCreated | EventType::ChannelUpdated | EventType::ChannelDeleted => {
                channel.map(Audience::Seers)
            }
            // Of a channel's people, or of the community's.
            EventType::MemberJoined
            | EventType::MemberLeft
            | EventType::MemberKicked
            | EventType::MemberBanned
            | EventType::MemberUpdated => Some(channel.map_or(Audience::Members, Audience::Seers)),
            EventType::CategoryCreated
            | EventType::CategoryUpdated
            | EventType::CategoryDeleted
            | EventType::CommunityUpdated
            | EventType::RoleCreated
            | EventType::RoleUpdated
            | EventType::RoleDeleted
            | EventType::PresenceOnline
            | EventType::PresenceOffline => Some(Audience::Members),
            EventType::NotificationNew | EventType::NotificationRead | EventType::ReadUpdated => {
                Some(Audience::Person)
            }
        }
    }

    /// Whether events of this type take a right away: they go to those who had it before the event as well, or those
    /// concerned would not learn of it.
    #[must_use]
    pub fn takes_away(self) -> bool {
        match self {
            EventType::ChannelDeleted
            | EventType::MemberLeft
            | EventType::MemberKicked
            | EventType::MemberBanned => true,
            EventType::MessageCreated
            | EventType::MessageEdited
            | EventType::MessageDeleted
            | EventType::MessagePinned
            | EventType::MessageUnpinned
            | EventType::ReactionAdded
            | EventType::ReactionRemoved
            | EventType::ChannelCreated
            | EventType::ChannelUpdated
            | EventType::CategoryCreated
            | EventType::CategoryUpdated
            | EventType::CategoryDeleted
            | EventType::CommunityUpdated
            | EventType::MemberJoined
            | EventType::MemberUpdated
            | EventType::RoleCreated
            | EventType::RoleUpdated
            | EventType::RoleDeleted
            | EventType::NotificationNew
            | EventType::NotificationRead
            | EventType::ReadUpdated
            | EventType::TypingStart
            | EventType::TypingStop
            | EventType::PresenceOnline
            | EventType::PresenceOffline => false,
        }
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
