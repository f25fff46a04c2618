//! Who came online and went, as far as one reader may know of it: those with whom they share a channel that both have joined.
//!
//! Both are judged by the rights of this moment: the other person's are looked up, the reader's are asked last, since they may have
//! changed while that went on. What the reader listens to and has joined is looked up in what has moved, and of each person one channel
//! that is shared is judged: others only where that one says no.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ajet_domain::need::StandingOf;
use ajet_protocol::{Audience, ChannelId, PresenceDiff, Topic, UserId};

use super::listening::{Heard, Listening};
use crate::actors::feed::{Became, MovedWithin, Narrowed, Turnover};
use crate::rights::Rights;
use crate::store::StoreError;

/// A person who came or went, and a channel that is shared with them as far as they joined it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moved {
    channel: ChannelId,
    person: UserId,
    became: Became,
}

impl Moved {
    fn asked(self) -> StandingOf {
        StandingOf { user: self.person, channel: Some(self.channel) }
    }
}

/// Who came and went in a channel that the reader has joined.
type InChannel<'a> = (ChannelId, &'a [(UserId, Became)]);

/// What a reader is told; of somebody who is named several times, the last.
///
/// # Errors
/// [`StoreError`], where the others' rights can't be looked up now.
pub async fn diff(
    rights: &Rights,
    listening: &Listening,
    scope: Narrowed,
    turnovers: &[Arc<Turnover>],
) -> Result<PresenceDiff, StoreError> {
    let (reader, heard) = (listening.user(), listening.heard(scope));
    let mut shared = sharing(rights, &heard, reader, turnovers).await?;
    let found = shared.len();
    still_joined(&mut shared, reader);
    if shared.len() < found {
        // The reader has just lost a channel: they may share another one with the same people.
        shared = sharing(rights, &heard, reader, turnovers).await?;
        still_joined(&mut shared, reader);
    }
    Ok(latest(shared.into_iter().map(|(_, moved)| (moved.person, moved.became))))
}

/// Those who share a channel with the reader, each with what the channel belongs to.
async fn sharing<'a>(
    rights: &Rights,
    heard: &'a [Heard],
    reader: UserId,
    turnovers: &[Arc<Turnover>],
) -> Result<Vec<(&'a Heard, Moved)>, StoreError> {
    let mut shared = Vec::new();
    for turnover in turnovers {
        for one in heard {
            let Some(moved) = turnover.within(one.topic) else { continue };
            let found = sharing_within(rights, one, reader, moved).await?;
            shared.extend(found.into_iter().map(|moved| (one, moved)));
        }
    }
    Ok(shared)
}

/// Leaves out whose channel the reader has not joined any more.
fn still_joined(shared: &mut Vec<(&Heard, Moved)>, reader: UserId) {
    let mut joined: HashMap<(Topic, ChannelId), bool> = HashMap::new();
    shared.retain(|(one, moved)| {
        let is_joined = || one.live.hears(reader, Audience::Joined(moved.channel));
        *joined.entry((one.topic, moved.channel)).or_insert_with(is_joined)
    });
}

/// Those who share a channel of a topic with the reader, by their rights of now.
async fn sharing_within(
    rights: &Rights,
    heard: &Heard,
    reader: UserId,
    moved: &MovedWithin,
) -> Result<Vec<Moved>, StoreError> {
    let mut channels: Vec<InChannel<'_>> =
        heard.live.find_joined(reader, |channel| moved.in_channel(channel));
    // The fullest one first: most people are found in few channels.
    channels.sort_unstable_by_key(|(_, people)| Reverse(people.len()));
    let first = first_of_each(reader, moved.people(), channels.iter().copied());
    let (mut shared, refused) = judged(rights, heard.topic, first).await?;
    if !refused.is_empty() {
        let others = all_of(&refused.iter().map(|one| one.person).collect(), &channels);
        shared.extend(judged(rights, heard.topic, others).await?.0);
    }
    Ok(shared)
}

/// Each person but the reader, with the first channel that names them. No more channels are looked at than it takes to find as many people
/// as there are.
fn first_of_each<'a>(
    reader: UserId,
    people: usize,
    channels: impl Iterator<Item = InChannel<'a>>,
) -> Vec<Moved> {
    let (mut seen, mut first) = (HashSet::new(), Vec::new());
    for (channel, moved) in channels {
        for (person, became) in moved.iter().copied() {
            if seen.insert(person) && person != reader {
                first.push(Moved { channel, person, became });
            }
        }
        if seen.len() >= people {
            break;
        }
    }
    first
}

/// Some people, with each channel that names them.
fn all_of(people: &HashSet<UserId>, channels: &[InChannel<'_>]) -> Vec<Moved> {
    let mut all = Vec::new();
    for (channel, moved) in channels {
        for (person, became) in moved.iter().filter(|(person, _)| people.contains(person)) {
            all.push(Moved { channel: *channel, person: *person, became: *became });
        }
    }
    all
}

/// Those who are in the channel by the rule of rights, and those who are not.
async fn judged(
    rights: &Rights,
    topic: Topic,
    moved: Vec<Moved>,
) -> Result<(Vec<Moved>, Vec<Moved>), StoreError> {
    if moved.is_empty() {
        return Ok((moved, Vec::new()));
    }
    let asked: Vec<StandingOf> = moved.iter().map(|one| one.asked()).collect();
    let found = rights.standings(topic, &asked).await?.unwrap_or_default();
    let is_in = |one: &Moved| found.get(&one.asked()).is_some_and(|standing| standing.in_channel);
    Ok(moved.into_iter().partition(is_in))
}

/// The last of what is said of each person, by id.
fn latest(said: impl Iterator<Item = (UserId, Became)>) -> PresenceDiff {
    let all: HashMap<UserId, Became> = said.collect();
    let of = |became: Became| {
        let mut people: Vec<UserId> =
            all.iter().filter(|(_, one)| **one == became).map(|(person, _)| *person).collect();
        people.sort_unstable();
        people
    };
    PresenceDiff { online: of(Became::Online), offline: of(Became::Offline) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn channel(n: u128) -> ChannelId {
        ChannelId(Uuid::from_u128(n))
    }

    #[test]
    fn the_last_of_what_is_said_of_a_person_counts() {
        let [ann, bob, carol] = [1, 2, 3].map(person);
        let (online, offline) = (Became::Online, Became::Offline);
        let said = [(carol, online), (ann, online), (bob, online), (bob, offline)];
        let diff = latest(said.into_iter());
        assert_eq!((diff.online, diff.offline), (vec![ann, carol], vec![bob]));
        assert!(latest([].into_iter()).is_empty());
    }

    /// I18: what it costs is the people, not the people times the channels that they share.
    #[test]
    fn one_channel_of_each_person_is_looked_at() {
        let people: Vec<(UserId, Became)> = (0..100).map(|n| (person(n), Became::Online)).collect();
        let mut looked = 0;
        let channels = (0..500).map(|n| (channel(n), people.as_slice())).inspect(|_| looked += 1);
        let first = first_of_each(person(7), people.len(), channels);
        assert_eq!((first.len(), looked), (99, 1), "all but the reader");
        assert!(first.iter().all(|one| one.channel == channel(0) && one.person != person(7)));
    }

    #[test]
    fn who_is_in_another_channel_alone_is_found_there() {
        let [ann, bob, carol] = [1, 2, 3].map(|n| (person(n), Became::Offline));
        let (both, more) = ([ann, bob], [bob, carol]);
        let channels = [(channel(1), both.as_slice()), (channel(2), more.as_slice())];
        let first = first_of_each(person(9), 3, channels.iter().copied());
        let found: Vec<_> = first.iter().map(|one| (one.person, one.channel)).collect();
        assert_eq!(found, [(ann.0, channel(1)), (bob.0, channel(1)), (carol.0, channel(2))]);
        let all = all_of(&HashSet::from([bob.0]), &channels);
        assert_eq!(all.iter().map(|one| one.channel).collect::<Vec<_>>(), [channel(1), channel(2)]);
    }
}
