//! What conversations are about: topics, which people begin while the conversation goes on.

use ajet_protocol::{ChannelId, Message, MessageId};
use parking_lot::Mutex;
use rand::Rng;
use rand::rngs::StdRng;

use crate::history::What;
use crate::people::People;
use crate::registers::town::Person;
use crate::registers::{REACTED, Register};
use crate::workload::Scene;

/// Rooms in which there are conversations: the first ones.
const ROOMS: usize = 3;
/// Topics of a run. All of them may be pinned to one room, which takes 50 pins, and all are read in the end.
const TOPICS: usize = 48;
/// People go on with one of so many topics.
const RECENT: usize = 6;
/// What people react with.
pub const EMOJI: [&str; 3] = ["👍", "🎉", "👀"];
/// What a topic puts to the vote.
pub const OPTIONS: [&str; 3] = ["soup", "noodles", "nothing"];

/// A message with a poll.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    pub message: MessageId,
    /// The number of the talker who began it.
    pub talker: usize,
    /// Whether several options may be chosen.
    pub multiple: bool,
}

/// Who talks, where, and about what.
pub struct Talk {
    pub talkers: Vec<Person>,
    pub rooms: Vec<ChannelId>,
    topics: Mutex<Vec<Topic>>,
}

impl Talk {
    /// Lets these people into the rooms.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn found(people: &People, talkers: Vec<Person>) -> anyhow::Result<Self> {
        let rooms: Vec<_> = people.rooms.iter().take(ROOMS).map(|room| room.id).collect();
        for talker in &talkers {
            for room in &rooms {
                talker.by.client.join(*room).await?;
            }
        }
        Ok(Self { talkers, rooms, topics: Mutex::default() })
    }

    /// Where each talker has a draft.
    pub fn drafts(&self) -> impl Iterator<Item = (&Person, ChannelId)> {
        self.talkers.iter().zip(self.rooms.iter().copied().cycle())
    }

    /// Takes down what is there before anything happens.
    pub fn introduce(&self, scene: &Scene) {
        for (talker, channel) in self.drafts() {
            begins(scene, Register::Draft { channel: channel.0, person: talker.by.name.clone() });
        }
    }

    /// All topics so far.
    #[must_use]
    pub fn topics(&self) -> Vec<Topic> {
        self.topics.lock().clone()
    }

    /// Whether there are as many topics as there may be.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.topics.lock().len() >= TOPICS
    }

    /// One of the last topics.
    pub fn some(&self, rng: &mut StdRng) -> Option<Topic> {
        let topics = self.topics.lock();
        let recent = &topics[topics.len().saturating_sub(RECENT)..];
        recent.get(rng.random_range(0..recent.len().max(1))).copied()
    }

    /// The last topic of a talker.
    pub fn last_of(&self, talker: usize) -> Option<Topic> {
        self.topics.lock().iter().rev().find(|topic| topic.talker == talker).copied()
    }

    /// Begins a topic: no one else knows of it before the history has what is there of it at first.
    pub fn begin(&self, scene: &Scene, topic: Topic) {
        let message = topic.message.0;
        begins(scene, Register::Pinned(message));
        for talker in &self.talkers {
            let person = || talker.by.name.clone();
            begins(scene, Register::Vote { message, person: person() });
            for emoji in EMOJI {
                begins(scene, Register::Reaction { message, person: person(), emoji: emoji.to_owned() });
            }
        }
        self.topics.lock().push(topic);
    }
}

/// Takes down that a register has no value yet.
fn begins(scene: &Scene, register: Register) {
    scene.recorder.note("scene", What::Register { register, value: None });
}

/// What a message shows its reader of the registers that they write.
pub fn own_of(message: &Message, person: &str) -> Vec<(Register, Option<String>)> {
    let id = message.id.0;
    let reacted = |emoji: &str| message.reactions.iter().any(|one| one.emoji == emoji && one.reacted_by_me);
    let mut own: Vec<_> = EMOJI
        .iter()
        .map(|emoji| {
            let register =
                Register::Reaction { message: id, person: person.to_owned(), emoji: (*emoji).to_owned() };
            (register, reacted(emoji).then(|| REACTED.to_owned()))
        })
        .collect();
    if let Some(poll) = &message.poll {
        let chosen: Vec<i64> = (0..)
            .zip(&poll.options)
            .filter(|(_, option)| option.voted_by_me)
            .map(|(place, _)| place)
            .collect();
        own.push((Register::Vote { message: id, person: person.to_owned() }, places(&chosen)));
    }
    own
}

/// How many people have chosen each option of a message's poll.
pub fn votes_of(message: &Message) -> Vec<i64> {
    let options = message.poll.iter().flat_map(|poll| &poll.options);
    options.map(|option| option.votes).collect()
}

/// The value of [`Register::Vote`].
pub fn places(chosen: &[i64]) -> Option<String> {
    let places: Vec<_> = chosen.iter().map(ToString::to_string).collect();
    (!places.is_empty()).then(|| places.join(" "))
}
