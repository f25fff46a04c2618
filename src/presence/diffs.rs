//! Once a minute: who came online and went on all nodes together, told to the streams of those who have joined a channel with them.
//!
//! Where no one moved nothing is asked. Else queries tell what those who moved have joined, some hundred of them at a time; only
//! channels that somebody here has joined too go further, and only the streams of these people are told. What each may know is judged
//! as it is sent.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{Audience, ChannelId, Topic, UserId};
use tokio::time::{Instant, MissedTickBehavior};

use super::hub::{Inner, Presence};
use crate::actors::feed::Turnover;
use crate::store::StoreError;
use crate::store::presence::Joined;

/// People who are told of at once; the others are a minute later.
const MOST: usize = 5000;
/// People whose channels are read by one statement: who is in a hundred of them has as many rows.
const READ_TOGETHER: usize = 200;
/// Over how long the streams of a node are told, and in how many steps: where thousands came, each of thousands of streams gets some
/// hundred KiB, and these should not lie in memory all at once.
const SPREAD: Duration = Duration::from_secs(15);
const STEPS: u32 = 150;
/// Timers may be early by as much: a stream is told once a minute at most.
const SLACK: Duration = Duration::from_millis(250);

/// What streams here are to be told.
#[derive(Default)]
struct Told {
    turnover: Turnover,
    /// Whose streams.
    concerned: HashSet<UserId>,
    /// Whether somebody here has joined a channel.
    heard: HashMap<(Topic, ChannelId), bool>,
}

impl Presence {
    /// Tells streams who came and went, for as long as the node lives.
    pub(super) async fn keep_turning_over(self) {
        let mut tick =
            tokio::time::interval_at(Instant::now() + self.0.diff_every, self.0.diff_every + SLACK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            let moved = self.0.online.lock().take_moved(MOST);
            if moved.is_empty() {
                continue;
            }
            let Told { turnover, concerned, .. } = self.look_at(&moved).await;
            self.tell_of(turnover, concerned).await;
        }
    }

    /// What became of people, and whom here it concerns. Those of whom it can't be read now are looked at the next time.
    async fn look_at(&self, moved: &[UserId]) -> Told {
        let mut told = Told::default();
        for (n, people) in moved.chunks(READ_TOGETHER).enumerate() {
            if let Err(error) = self.note(people, &mut told).await {
                tracing::debug!(%error, "can't read what people joined who came online and went");
                self.0.online.lock().put_back(moved[n * READ_TOGETHER..].to_vec());
                break;
            }
        }
        told
    }

    /// Notes what became of some people: of all of them, or where it fails of none.
    async fn note(&self, moved: &[UserId], told: &mut Told) -> Result<(), StoreError> {
        let Inner { store, rights, .. } = &*self.0;
        let found = store.presence_of(moved).await?;
        let mut versions: HashMap<Topic, u64> = HashMap::new();
        for joined in found.iter().flat_map(|one| &one.joined) {
            let version = versions.entry(joined.topic).or_default();
            *version = joined.acl_version.max(*version);
        }
        versions.retain(|topic, _| rights.audience(*topic).is_some());
        for (topic, version) in &versions {
            // By older rights it might reach those who have none any more.
            rights.at_least(*topic, *version).await?;
        }
        let Told { turnover, concerned, heard } = told;
        for one in found {
            let Some(became) = self.0.online.lock().settle(one.person, one.hidden) else { continue };
            let here = one.joined.into_iter().filter(|one| versions.contains_key(&one.topic));
            for Joined { topic, channel, .. } in here {
                let is_heard = heard.entry((topic, channel)).or_insert_with(|| {
                    let mut any = false;
                    if let Some(live) = rights.audience(topic) {
                        live.reach(Audience::Joined(channel), |reader| {
                            any = true;
                            concerned.insert(reader);
                        });
                    }
                    any
                });
                if *is_heard {
                    turnover.note((topic, channel), one.person, became);
                }
            }
        }
        Ok(())
    }

    /// Tells the streams of these people, spread over a while; those of one person always at the same moment of it, so that they are
    /// told once a minute at most.
    async fn tell_of(&self, turnover: Turnover, concerned: HashSet<UserId>) {
        if turnover.is_empty() {
            return;
        }
        let turnover = Arc::new(turnover);
        let mut steps: BTreeMap<u32, Vec<UserId>> = BTreeMap::new();
        for person in concerned {
            steps.entry(step_of(person)).or_default().push(person);
        }
        let (began, pause) = (Instant::now(), SPREAD.min(self.0.diff_every / 4) / STEPS);
        for (step, people) in steps {
            tokio::time::sleep_until(began + pause * step).await;
            people.iter().for_each(|person| self.0.sessions.turn_over(*person, &turnover));
        }
    }
}

/// When in the spread a person's streams are told; the same on all days.
fn step_of(person: UserId) -> u32 {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(person);
    (hash % u64::from(STEPS)) as u32
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_person_has_their_step_and_all_steps_are_used() {
        let person = |n| UserId(Uuid::from_u128(n));
        let used: HashSet<u32> = (0..10_000).map(|n| step_of(person(n))).collect();
        assert_eq!(used, (0..STEPS).collect());
        assert_eq!(step_of(person(7)), step_of(person(7)));
    }
}
