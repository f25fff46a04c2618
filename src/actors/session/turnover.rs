//! Who came online and went, as far as one reader may know of it: those with whom they share a channel that both have joined.
//!
//! Both are judged by the rights of this moment: the other person's are looked up, the reader's are asked last, since they may have
//! changed while that went on.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_domain::need::StandingOf;
use ajet_protocol::{ChannelId, PresenceDiff, Topic, UserId};

use super::listening::Listening;
use crate::actors::feed::{Became, Narrowed, Turnover};
use crate::rights::Rights;
use crate::store::StoreError;

/// A person who came or went, and a channel that may be shared with them.
#[derive(Debug, Clone, Copy)]
struct Moved {
    topic: Topic,
    channel: ChannelId,
    person: UserId,
    became: Became,
}

impl Moved {
    fn asked(self) -> StandingOf {
        StandingOf { user: self.person, channel: Some(self.channel) }
    }
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
    let mut shared = Vec::new();
    for turnover in turnovers {
        for (topic, channels) in turnover.by_topic().filter(|(topic, _)| scope.has(*topic)) {
            let mut moved = Vec::new();
            for (channel, people) in channels.iter().filter(|(channel, _)| listening.joined(topic, **channel))
            {
                let others = people.iter().filter(|(person, _)| *person != listening.user());
                let channel = *channel;
                moved.extend(others.map(|(person, became)| Moved {
                    topic,
                    channel,
                    person: *person,
                    became: *became,
                }));
            }
            if moved.is_empty() {
                continue;
            }
            let asked: Vec<StandingOf> = moved.iter().map(|one| one.asked()).collect();
            let found = rights.standings(topic, &asked).await?.unwrap_or_default();
            let joined = |one: &Moved| found.get(&one.asked()).is_some_and(|standing| standing.in_channel);
            shared.extend(moved.into_iter().filter(joined));
        }
    }
    shared.retain(|one| listening.joined(one.topic, one.channel));
    Ok(latest(shared.into_iter().map(|one| (one.person, one.became))))
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

    #[test]
    fn the_last_of_what_is_said_of_a_person_counts() {
        let [ann, bob, carol] = [1, 2, 3].map(|n| UserId(Uuid::from_u128(n)));
        let (online, offline) = (Became::Online, Became::Offline);
        let said = [(carol, online), (ann, online), (bob, online), (bob, offline)];
        let diff = latest(said.into_iter());
        assert_eq!((diff.online, diff.offline), (vec![ann, carol], vec![bob]));
        assert!(latest([].into_iter()).is_empty());
    }
}
