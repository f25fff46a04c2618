//! Whom an event is for: the topic that it is delivered on, and who on that topic gets it.
//!
//! The audience follows from the type, by the table of types ([`crate::events`]). It is stored with the event and travels beside it, so
//! that a node of an earlier version delivers a type that it does not know. Whether somebody belongs to an audience is not decided here.

use serde::Deserialize;
use uuid::Uuid;

use crate::events::BadEnvelope;
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

    /// The community that it is of; `None` where it is of none.
    #[must_use]
    pub fn community(self) -> Option<CommunityId> {
        match self {
            Topic::Community(community) => Some(community),
            Topic::Dm(_) | Topic::Person(_) => None,
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
    /// Those who might know of a channel until this very event, and may not any more. No one is in it afterwards, so it is not replayed.
    FormerSeers(ChannelId),
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
            Audience::FormerSeers(_) => 5,
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
            5 => channel.map(Audience::FormerSeers),
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
            Audience::FormerSeers(_) => "former_seers",
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
            "former_seers" => channel.map(Audience::FormerSeers),
            _ => None,
        }
    }

    /// The channel whose people it is; `None` where it is of none.
    #[must_use]
    pub fn channel(self) -> Option<ChannelId> {
        match self {
            Audience::Seers(channel) | Audience::Joined(channel) | Audience::FormerSeers(channel) => {
                Some(channel)
            }
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
        EventType::named(&self.kind)?.audience_on(self.topic(), self.channel_id)
    }

    /// The channel that an event of a person's own stream is about: the person gets it only as long as they may know of that
    /// channel. `None` where it is about none.
    ///
    /// The payload names it, as `channel_id` or as that of the `notification` or `draft` in it. The envelope can't: with a channel and no
    /// community the event would be one of a direct message ([`Topic::of`]), also to statements on the log and to earlier versions.
    ///
    /// # Errors
    /// [`BadEnvelope`], where the payload does not say clearly which channel it is about: then it is for no one.
    pub fn about(&self) -> Result<Option<ChannelId>, BadEnvelope> {
        #[derive(Deserialize)]
        struct Names {
            channel_id: Option<ChannelId>,
            notification: Option<Notified>,
            draft: Option<Notified>,
        }
        #[derive(Deserialize)]
        struct Notified {
            channel_id: Option<ChannelId>,
        }
        let names: Option<Names> = serde_json::from_str(self.payload.get())
            .map_err(|_| BadEnvelope("the payload names no channel that can be read".into()))?;
        Ok(names
            .and_then(|names| names.channel_id.or_else(|| names.notification.or(names.draft)?.channel_id)))
    }
}

/// Whom events of a type are for, whichever channel they are about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Readers {
    /// Every member of the community.
    Members,
    /// Those who may know of the channel.
    Seers,
    /// Those who might know of the channel until now, and may not any more.
    FormerSeers,
    /// Those who may know of the channel, where there is one; else every member.
    SeersOrMembers,
    /// Those who joined the channel.
    Joined,
    /// The person whose topic it is.
    Person,
    /// All who are on the topic: the members of the community, those who take part in the direct message, or the person.
    OfTopic,
}

impl EventType {
    /// Who gets an event of this type that stands on this topic; `None` where it lacks the channel that the type needs.
    #[must_use]
    pub fn audience_on(self, topic: Topic, channel: Option<ChannelId>) -> Option<Audience> {
        match (self.readers(), topic) {
            (Readers::OfTopic, Topic::Community(_)) => Some(Audience::Members),
            (Readers::OfTopic, Topic::Dm(dm)) => Some(Audience::Joined(dm)),
            (Readers::OfTopic, Topic::Person(_)) => Some(Audience::Person),
            _ => self.audience(channel),
        }
    }

    /// The same where the topic is none, or makes no difference: `None` also for a type whose readers it decides on.
    #[must_use]
    pub fn audience(self, channel: Option<ChannelId>) -> Option<Audience> {
        match self.readers() {
            Readers::Members => Some(Audience::Members),
            Readers::Seers => channel.map(Audience::Seers),
            Readers::FormerSeers => channel.map(Audience::FormerSeers),
            Readers::SeersOrMembers => Some(channel.map_or(Audience::Members, Audience::Seers)),
            Readers::Joined => channel.map(Audience::Joined),
            Readers::Person => Some(Audience::Person),
            Readers::OfTopic => None,
        }
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
