//! Who came online and went, as far as one reader may know of it: those with whom they share a channel that both have joined.
//!
//! Both are judged by the rights of this moment: the other people's are looked up, once for all readers of a channel; the reader's are
//! asked last, since they may have changed while that went on. What the reader listens to and has joined is looked up in what has moved,
//! and no more channels are looked at than it takes to find everybody.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ajet_protocol::{Audience, ChannelId, PresenceDiff, UserId};

use super::listening::{Heard, Listening};
use crate::actors::feed::{Became, Moved, MovedWithin, Narrowed, Turnover};
use crate::rights::Rights;
use crate::store::StoreError;

/// People who came or went, and a channel that the reader shares with them.
#[derive(Debug, PartialEq, Eq)]
struct Shared {
    channel: ChannelId,
    people: Vec<(UserId, Became)>,
}

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
    if !all_still_joined(&shared, reader) {
        // The reader has just lost a channel: they may share another one with the same people.
        shared = sharing(rights, &heard, reader, turnovers).await?;
        shared.retain(|(one, shared)| is_still_joined(one, shared, reader));
    }
    Ok(latest(shared.into_iter().map(|(_, shared)| shared.people).collect()))
}

fn all_still_joined(shared: &[(&Heard, Shared)], reader: UserId) -> bool {
    shared.iter().all(|(one, shared)| is_still_joined(one, shared, reader))
}

fn is_still_joined(one: &Heard, shared: &Shared, reader: UserId) -> bool {
    one.live.hears(reader, Audience::Joined(shared.channel))
}

/// Those who share a channel with the reader, by their rights of now, each with what the channel belongs to.
async fn sharing<'a>(
    rights: &Rights,
    heard: &'a [Heard],
    reader: UserId,
    turnovers: &[Arc<Turnover>],
) -> Result<Vec<(&'a Heard, Shared)>, StoreError> {
    let mut shared = Vec::new();
    for turnover in turnovers {
        for one in heard {
            let Some(moved) = turnover.within(one.topic) else { continue };
            let found = sharing_within(rights, one, reader, moved).await?;
            shared.extend(found.into_iter().map(|shared| (one, shared)));
        }
    }
    Ok(shared)
}

/// Those who share a channel of a topic with the reader.
async fn sharing_within(
    rights: &Rights,
    heard: &Heard,
    reader: UserId,
    moved: &MovedWithin,
) -> Result<Vec<Shared>, StoreError> {
    let mut channels = heard.live.find_joined(reader, |channel| moved.count_in(channel));
    // The fullest one first: most people are found in few channels.
    channels.sort_unstable_by_key(|(_, people)| Reverse(*people));
    let mut found = Found::new(reader, moved.people_beside(reader));
    for (channel, _) in channels {
        if found.is_complete() {
            break;
        }
        found.take(channel, &moved.are_in(rights, heard.topic, channel).await?);
    }
    Ok(found.shared)
}

/// Each person but the reader, with the first channel in which they were found.
struct Found {
    reader: UserId,
    /// How many people there are to find.
    sought: usize,
    /// Filled from the second channel on: as a rule the first one has everybody.
    seen: HashSet<UserId>,
    shared: Vec<Shared>,
}

impl Found {
    fn new(reader: UserId, sought: usize) -> Self {
        Self { reader, sought, seen: HashSet::new(), shared: Vec::new() }
    }

    fn is_complete(&self) -> bool {
        self.shared.iter().map(|one| one.people.len()).sum::<usize>() >= self.sought
    }

    /// Takes the people of a channel who were in none before.
    fn take(&mut self, channel: ChannelId, people: &Moved) {
        if let [first] = self.shared.as_slice()
            && self.seen.is_empty()
        {
            self.seen.extend(first.people.iter().map(|(person, _)| *person));
        }
        let is_first = self.shared.is_empty();
        let mut is_new = |person: UserId| person != self.reader && (is_first || self.seen.insert(person));
        let people: Vec<_> = people.iter().copied().filter(|(person, _)| is_new(*person)).collect();
        if !people.is_empty() {
            self.shared.push(Shared { channel, people });
        }
    }
}

/// The last of what is said of each person, by id.
fn latest(mut said: Vec<Vec<(UserId, Became)>>) -> PresenceDiff {
    let people = match said.pop() {
        // They are by id already, and each is there once.
        Some(only) if said.is_empty() => only,
        last => {
            let all: HashMap<UserId, Became> = said.into_iter().chain(last).flatten().collect();
            let mut people: Vec<_> = all.into_iter().collect();
            people.sort_unstable_by_key(|(person, _)| *person);
            people
        }
    };
    let of =
        |became: Became| people.iter().filter(|(_, one)| *one == became).map(|(person, _)| *person).collect();
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
        let said = vec![vec![(bob, online), (carol, online)], vec![(ann, online), (bob, offline)]];
        let diff = latest(said);
        assert_eq!((diff.online, diff.offline), (vec![ann, carol], vec![bob]));
        let diff = latest(vec![vec![(ann, offline), (bob, online)]]);
        assert_eq!((diff.online, diff.offline), (vec![bob], vec![ann]));
        assert!(latest(Vec::new()).is_empty());
    }

    /// I18: what it costs is the people, not the people times the channels that they share.
    #[test]
    fn who_has_all_people_in_one_channel_looks_at_no_other() {
        let people: Vec<(UserId, Became)> = (0..100).map(|n| (person(n), Became::Online)).collect();
        let mut found = Found::new(person(7), 99);
        let looked = (0..500).take_while(|n| {
            let goes_on = !found.is_complete();
            if goes_on {
                found.take(channel(*n), &people);
            }
            goes_on
        });
        assert_eq!(looked.count(), 1);
        let [Shared { channel: in_channel, people }] = found.shared.as_slice() else { panic!("one channel") };
        assert_eq!((*in_channel, people.len()), (channel(0), 99), "all but the reader");
        assert!(people.iter().all(|(one, _)| *one != person(7)));
    }

    #[test]
    fn who_is_in_another_channel_alone_is_found_there() {
        let [ann, bob, carol, dora] = [1, 2, 3, 4].map(|n| (person(n), Became::Offline));
        let mut found = Found::new(person(9), 4);
        for (n, people) in
            [(1, vec![]), (2, vec![ann, bob]), (3, vec![bob, carol]), (4, vec![ann, carol, dora])]
        {
            assert!(!found.is_complete());
            found.take(channel(n), &people);
        }
        assert!(found.is_complete());
        let shared: Vec<_> = found.shared.into_iter().map(|one| (one.channel, one.people)).collect();
        let each = [(2, vec![ann, bob]), (3, vec![carol]), (4, vec![dora])];
        assert_eq!(shared, each.map(|(n, people)| (channel(n), people)));
    }
}
