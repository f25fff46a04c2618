//! People who came online and went, as connections are told of them: each with the channels that they joined.
//!
//! It is the same for all connections, and says nothing about who may know of whom: each connection judges that when it sends. What a
//! person can't be told of is not looked for: it names only channels that somebody here has joined.

use std::collections::HashMap;

use ajet_protocol::{ChannelId, Topic, UserId};

/// What became of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    Online,
    Offline,
}

/// Who came and went in channels that they joined.
pub type ByChannel = HashMap<ChannelId, Vec<(UserId, Became)>>;

/// Those who came and went, by channel, and by what the channel belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turnover(HashMap<Topic, ByChannel>);

impl Turnover {
    /// Notes what became of a person who joined a channel.
    pub fn note(&mut self, (topic, channel): (Topic, ChannelId), person: UserId, became: Became) {
        self.0.entry(topic).or_default().entry(channel).or_default().push((person, became));
    }

    /// Whether it names no one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those who came and went, by what their channels belong to.
    pub fn by_topic(&self) -> impl Iterator<Item = (Topic, &ByChannel)> {
        self.0.iter().map(|(topic, channels)| (*topic, channels))
    }
}
