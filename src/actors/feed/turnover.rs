//! People who came online and went, as connections are told of them: each with the channels that they joined.
//!
//! It is the same for all connections. Who is in a channel by the rights of the moment is judged once for all of its readers, and again
//! when rights have changed; whether a reader may know of it each connection judges when it sends. What a person can't be told of is not
//! looked for: it names only channels that somebody here has joined. A connection looks its own topics and channels up: it costs what
//! its person shares with others, not what there is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ajet_domain::need::StandingOf;
use ajet_protocol::{ChannelId, Topic, UserId};
use tokio::sync::Mutex;

use crate::rights::{Rights, RightsVersion};
use crate::store::StoreError;

/// What became of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    Online,
    Offline,
}

/// People, each with what became of them, by id.
pub type Moved = [(UserId, Became)];

/// Who came and went in channels of one topic that they joined.
#[derive(Debug, Default)]
pub struct MovedWithin {
    channels: HashMap<ChannelId, MovedIn>,
    people: HashSet<UserId>,
}

/// Who came and went in one channel that they joined.
#[derive(Debug, Default)]
struct MovedIn {
    moved: Vec<(UserId, Became)>,
    /// Those of them who are in it by the rights of then.
    judged: Mutex<Option<(RightsVersion, Arc<Moved>)>>,
}

impl MovedWithin {
    /// How many people joined a channel, if any did.
    #[must_use]
    pub fn count_in(&self, channel: ChannelId) -> Option<usize> {
        self.channels.get(&channel).map(|found| found.moved.len())
    }

    /// How many people it names beside one.
    #[must_use]
    pub fn people_beside(&self, person: UserId) -> usize {
        self.people.len() - usize::from(self.people.contains(&person))
    }

    /// Those who joined a channel of the topic and are in it by the rights of now.
    ///
    /// # Errors
    /// [`StoreError`], where the rights can't be looked up now.
    pub async fn are_in(
        &self,
        rights: &Rights,
        topic: Topic,
        channel: ChannelId,
    ) -> Result<Arc<Moved>, StoreError> {
        let Some(MovedIn { moved, judged }) = self.channels.get(&channel) else { return Ok([].into()) };
        let mut judged = judged.lock().await;
        // Before they are looked up: the rights may be newer than this says, and never older.
        let now = rights.version(topic).await?;
        if let Some((then, people)) = &*judged
            && *then == now
        {
            return Ok(Arc::clone(people));
        }
        let asked = |person: UserId| StandingOf { user: person, channel: Some(channel) };
        let all: Vec<StandingOf> = moved.iter().map(|(person, _)| asked(*person)).collect();
        let found = rights.standings(topic, &all).await?.unwrap_or_default();
        let is_in = |person: UserId| found.get(&asked(person)).is_some_and(|standing| standing.in_channel);
        let mut people: Vec<_> = moved.iter().copied().filter(|(person, _)| is_in(*person)).collect();
        people.sort_unstable_by_key(|(person, _)| *person);
        let people: Arc<Moved> = people.into();
        *judged = Some((now, Arc::clone(&people)));
        Ok(people)
    }
}

/// Those who came and went, by what their channels belong to.
#[derive(Debug, Default)]
pub struct Turnover(HashMap<Topic, MovedWithin>);

impl Turnover {
    /// Notes what became of a person who joined a channel.
    pub fn note(&mut self, (topic, channel): (Topic, ChannelId), person: UserId, became: Became) {
        let within = self.0.entry(topic).or_default();
        within.people.insert(person);
        within.channels.entry(channel).or_default().moved.push((person, became));
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
        let [ann, bob, carol] = [21, 22, 23].map(|n| UserId(Uuid::from_u128(n)));
        let mut turnover = Turnover::default();
        assert!(turnover.is_empty());
        for (channel, person) in [(one, ann), (two, ann), (one, bob)] {
            turnover.note((Topic::Community(topic), channel), person, Became::Online);
        }
        assert!(!turnover.is_empty() && turnover.within(Topic::Community(other)).is_none());
        let moved = turnover.within(Topic::Community(topic)).expect("moved");
        assert_eq!((moved.people_beside(carol), moved.people_beside(ann)), (2, 1));
        assert_eq!([one, two, three].map(|channel| moved.count_in(channel)), [Some(2), Some(1), None]);
    }
}
