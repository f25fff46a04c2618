//! People who came online and went, as connections are told of them: each with the channels that they joined.
//!
//! It is the same for all connections, and says nothing about who may know of whom: each connection judges that when it sends. What a
//! person can't be told of is not looked for: it names only channels that somebody here has joined. A connection looks its own topics
//! and channels up: it costs what its person shares with others, not what there is.

use std::collections::{HashMap, HashSet};

use ajet_protocol::{ChannelId, Topic, UserId};

/// What became of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    Online,
    Offline,
}

/// Who came and went in channels of one topic that they joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MovedWithin {
    channels: HashMap<ChannelId, Vec<(UserId, Became)>>,
    people: HashSet<UserId>,
}

impl MovedWithin {
    /// Those who joined a channel.
    #[must_use]
    pub fn in_channel(&self, channel: ChannelId) -> Option<&[(UserId, Became)]> {
        self.channels.get(&channel).map(Vec::as_slice)
    }

    /// How many people it names.
    #[must_use]
    pub fn people(&self) -> usize {
        self.people.len()
    }
}

/// Those who came and went, by what their channels belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turnover(HashMap<Topic, MovedWithin>);

impl Turnover {
    /// Notes what became of a person who joined a channel.
    pub fn note(&mut self, (topic, channel): (Topic, ChannelId), person: UserId, became: Became) {
        let moved = self.0.entry(topic).or_default();
        moved.people.insert(person);
        moved.channels.entry(channel).or_default().push((person, became));
    }

    /// Whether it names no one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those who came and went in channels of a topic, if there are any.
    #[must_use]
    pub fn within(&self, topic: Topic) -> Option<&MovedWithin> {
        self.0.get(&topic)
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::CommunityId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn it_is_looked_up_by_topic_and_channel_and_counts_each_person_once() {
        let (topic, other) = (CommunityId(Uuid::from_u128(1)), CommunityId(Uuid::from_u128(2)));
        let [one, two, three] = [11, 12, 13].map(|n| ChannelId(Uuid::from_u128(n)));
        let [ann, bob] = [21, 22].map(|n| UserId(Uuid::from_u128(n)));
        let mut turnover = Turnover::default();
        assert!(turnover.is_empty());
        for (channel, person) in [(one, ann), (two, ann), (one, bob)] {
            turnover.note((Topic::Community(topic), channel), person, Became::Online);
        }
        assert!(!turnover.is_empty() && turnover.within(Topic::Community(other)).is_none());
        let moved = turnover.within(Topic::Community(topic)).expect("moved");
        assert_eq!(moved.people(), 2);
        let both = [(ann, Became::Online), (bob, Became::Online)];
        assert_eq!((moved.in_channel(one), moved.in_channel(three)), (Some(both.as_slice()), None));
        assert_eq!(moved.in_channel(two), Some([(ann, Became::Online)].as_slice()));
    }
}
