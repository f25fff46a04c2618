//! ACL versions: what carries one, and whose rights a change may alter.
//!
//! A version says *when* rights were read; whether a later change matters to a decision is told by what the change affects. So
//! the many changes that concern other people make no decision stale.

use ajet_protocol::{ChannelId, CommunityId, Topic, UserId};
use uuid::Uuid;

/// What carries one ACL version: a community, a DM or a person, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(pub Uuid);

impl From<CommunityId> for Scope {
    fn from(id: CommunityId) -> Self {
        Self(id.0)
    }
}

impl From<ChannelId> for Scope {
    fn from(id: ChannelId) -> Self {
        Self(id.0)
    }
}

impl From<UserId> for Scope {
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}

impl From<Topic> for Scope {
    fn from(topic: Topic) -> Self {
        Self(topic.id())
    }
}

/// Whose rights a change may alter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Affected {
    /// All who belong to the scope.
    Everyone,
    /// What anybody may do in this channel.
    Channel(ChannelId),
    /// What those who see this channel may do there. Who sees it stays as it is.
    Use(ChannelId),
    /// What this person may do in the scope.
    Person(UserId),
}

impl Affected {
    /// The kind as it is written: it never changes. [`Affected::Use`] is stored as a change of the channel beside which it stands that it
    /// keeps who sees it, so that nodes of earlier versions know it.
    #[must_use]
    pub fn code(self) -> i16 {
        match self {
            Affected::Everyone => 1,
            Affected::Channel(_) => 2,
            Affected::Person(_) => 3,
            Affected::Use(_) => 4,
        }
    }

    /// Which channel or person it is.
    #[must_use]
    pub fn id(self) -> Option<Uuid> {
        match self {
            Affected::Everyone => None,
            Affected::Channel(channel) | Affected::Use(channel) => Some(channel.0),
            Affected::Person(person) => Some(person.0),
        }
    }

    /// What is stored as this; `None` for a kind that this version does not know.
    #[must_use]
    pub fn of(code: i16, id: Uuid) -> Option<Self> {
        match code {
            1 => Some(Affected::Everyone),
            2 => Some(Affected::Channel(ChannelId(id))),
            3 => Some(Affected::Person(UserId(id))),
            _ => None,
        }
    }

    /// Whether a decision about this person in this channel may rest on what the change altered.
    #[must_use]
    pub fn concerns(self, person: UserId, channel: Option<ChannelId>) -> bool {
        match self {
            Affected::Everyone => true,
            Affected::Channel(changed) | Affected::Use(changed) => channel == Some(changed),
            Affected::Person(changed) => person == changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId(Uuid::from_u128(1));
    const BOB: UserId = UserId(Uuid::from_u128(2));
    const HERE: ChannelId = ChannelId(Uuid::from_u128(3));
    const THERE: ChannelId = ChannelId(Uuid::from_u128(4));

    #[test]
    fn what_is_stored_of_a_change_reads_back() {
        for (affected, code) in
            [(Affected::Everyone, 1), (Affected::Channel(HERE), 2), (Affected::Person(ANN), 3)]
        {
            assert_eq!(affected.code(), code);
            assert_eq!(Affected::of(code, affected.id().unwrap_or_default()), Some(affected));
        }
        assert_eq!(Affected::of(4, Uuid::nil()), None, "it is stored as a change of the channel");
    }

    #[test]
    fn a_change_concerns_those_whose_rights_it_alters() {
        for (affected, concerned) in [
            (Affected::Everyone, [true, true, true, true]),
            (Affected::Channel(HERE), [true, false, false, true]),
            (Affected::Use(HERE), [true, false, false, true]),
            (Affected::Person(ANN), [true, true, true, false]),
        ] {
            let decisions = [(ANN, Some(HERE)), (ANN, Some(THERE)), (ANN, None), (BOB, Some(HERE))];
            let found = decisions.map(|(person, channel)| affected.concerns(person, channel));
            assert_eq!(found, concerned, "{affected:?}");
        }
    }
}
