//! Counts of what is unread against a model: whatever people do in whatever order, each is shown what the rule says.
//!
//! The rule, as the model has it: messages of others that are not deleted, after where one joined and after where one has read; of replies
//! that stand in their thread alone those of threads that one follows, and those that mention one: by name, as somebody in the channel, or by
//! a role that one holds now. What counts is the text as it was edited last.

use std::collections::HashMap;

use ajet_client::Client;
use ajet_protocol::{
    ChannelId, CommunityId, CreateRole, MessageId, PostMessage, RoleId, Unread, UpdateMember, UserId,
    Visibility,
};

use crate::support::{World, text};

const STEPS: usize = 220;
/// Each is a course of its own; a failure names it.
const SEEDS: [u64; 2] = [7, 20_261_127];

/// Numbers that are the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % most as u64).unwrap_or(0)
    }

    fn hits(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// Whom a message mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Nothing,
    Person(usize),
    Here,
    Channel,
    /// The role that the model gives and takes.
    Crew,
}

/// A message, by its place in the channel.
struct Said {
    id: MessageId,
    author: usize,
    parent: Option<usize>,
    also_to_channel: bool,
    call: Call,
    deleted: bool,
}

/// What the server is to know of a person.
#[derive(Default)]
struct Reader {
    joined: bool,
    /// How many messages there were when they joined.
    floor: usize,
    /// So many messages count as read.
    read: usize,
    follows: HashMap<usize, bool>,
    /// Whether they hold the role.
    crew: bool,
}

struct Model {
    dice: Dice,
    community: CommunityId,
    room: ChannelId,
    crew: RoleId,
    people: Vec<(Client, UserId)>,
    said: Vec<Said>,
    readers: Vec<Reader>,
    trace: Vec<String>,
}

impl Model {
    async fn new(world: &World, seed: u64) -> Self {
        let room = world.channel(&format!("room-{seed}"), Visibility::Public).await.id;
        let community = world.community.id;
        let role = CreateRole {
            name: format!("crew-{seed}").into(),
            permissions: None,
            position: None,
            client_mutation_id: None,
        };
        let crew = world.ann.create_role(community, &role).await.expect("makes a role").id;
        let carol = world.join(&format!("carol-{seed}")).await;
        let mut people = Vec::new();
        for client in [world.ann.clone(), world.bob.clone(), carol] {
            let id = client.me().await.expect("me").user.id;
            people.push((client, id));
        }
        let joined = Reader { joined: true, ..Reader::default() };
        let readers = vec![joined, Reader::default(), Reader::default()];
        let (said, trace) = (Vec::new(), Vec::new());
        Self { dice: Dice(seed), community, room, crew, people, said, readers, trace }
    }

    /// What is unread for a person by the rule.
    fn expected(&self, person: usize) -> Unread {
        let reader = &self.readers[person];
        let mut unread = Unread::default();
        let after = if reader.joined { reader.read } else { self.said.len() };
        for said in self.said[after..].iter().filter(|said| said.author != person && !said.deleted) {
            let is_mentioned = match said.call {
                Call::Nothing => false,
                Call::Person(whom) => whom == person,
                Call::Here | Call::Channel => true,
                Call::Crew => reader.crew,
            };
            let in_thread = said.parent.filter(|_| !said.also_to_channel);
            let counts = is_mentioned || in_thread.is_none_or(|parent| self.follows(person, parent));
            unread.count += i64::from(counts);
            unread.mentions += i64::from(is_mentioned);
        }
        unread
    }

    fn follows(&self, person: usize, parent: usize) -> bool {
        let replied = |said: &Said| said.parent == Some(parent) && said.author == person && !said.deleted;
        let takes_part = self.said[parent].author == person || self.said.iter().any(replied);
        self.readers[person].follows.get(&parent).copied().unwrap_or(takes_part)
    }

    /// Any message that `fits`, if there is one.
    fn any(&mut self, fits: impl Fn(&Said) -> bool) -> Option<usize> {
        let all: Vec<usize> =
            self.said.iter().enumerate().filter(|(_, said)| fits(said)).map(|(at, _)| at).collect();
        if all.is_empty() { None } else { Some(all[self.dice.below(all.len())]) }
    }

    async fn step(&mut self) {
        let person = self.dice.below(self.people.len());
        if !self.readers[person].joined {
            return self.join(person).await;
        }
        match self.dice.below(24) {
            0..=4 => self.post(person, None).await,
            5..=9 => match self.any(|said| said.parent.is_none() && !said.deleted) {
                Some(parent) => self.post(person, Some(parent)).await,
                None => self.post(person, None).await,
            },
            10 => self.delete(person).await,
            11 if self.dice.hits(3) => self.purge().await,
            11..=13 => self.mark_read(person).await,
            14..=15 => self.mark_unread(person).await,
            16..=18 => self.follow(person).await,
            19..=21 => self.edit(person).await,
            22 => self.enlist(person).await,
            // Ann, who owns the community, stays.
            _ if person > 0 && self.dice.hits(2) => self.leave(person).await,
            _ => self.mark_read(person).await,
        }
    }

    /// Whom the next text mentions, and the text.
    fn words(&mut self, what: &str) -> (Call, String) {
        let call = match self.dice.below(12) {
            0..=2 => Call::Person(self.dice.below(self.people.len())),
            3 => Call::Here,
            4 => Call::Channel,
            5 => Call::Crew,
            _ => Call::Nothing,
        };
        let whom = match call {
            Call::Nothing => String::new(),
            Call::Person(whom) => format!("@<user:{}> ", self.people[whom].1),
            Call::Here => "@<here> ".to_owned(),
            Call::Channel => "@<channel> ".to_owned(),
            Call::Crew => format!("@<role:{}> ", self.crew),
        };
        (call, format!("{whom}{what} {}", self.trace.len()))
    }

    async fn post(&mut self, person: usize, parent: Option<usize>) {
        let (call, body) = self.words("said");
        let also_to_channel = parent.is_some() && self.dice.hits(4);
        let parent_id = parent.map(|at| self.said[at].id);
        let request = PostMessage { parent_id, also_to_channel, ..text(&body) };
        let id = self.people[person].0.post(self.room, &request).await.expect("posts").id;
        self.trace.push(format!("{person} posts, replying to {parent:?} ({also_to_channel}), to {call:?}"));
        self.said.push(Said { id, author: person, parent, also_to_channel, call, deleted: false });
    }

    async fn edit(&mut self, person: usize) {
        let Some(at) = self.any(|said| said.author == person && !said.deleted) else { return };
        let (call, body) = self.words("edited");
        self.people[person].0.edit(self.said[at].id, &body).await.expect("edits");
        self.trace.push(format!("{person} edits {at}, to {call:?}"));
        self.said[at].call = call;
    }

    /// Gives a person the role, or takes it.
    async fn enlist(&mut self, person: usize) {
        let crew = !self.readers[person].crew;
        let roles = Some(if crew { vec![self.crew] } else { Vec::new() });
        let update = UpdateMember { roles, ..UpdateMember::default() };
        let id = self.people[person].1;
        self.people[0].0.update_member(self.community, id, &update).await.expect("gives it or takes it");
        self.trace.push(format!("{person} holds the role: {crew}"));
        self.readers[person].crew = crew;
    }

    async fn delete(&mut self, person: usize) {
        let Some(at) = self.any(|said| said.author == person && !said.deleted) else { return };
        self.people[person].0.delete(self.said[at].id).await.expect("deletes");
        self.trace.push(format!("{person} deletes {at}"));
        self.said[at].deleted = true;
    }

    async fn purge(&mut self) {
        let count = 1 + self.dice.below(3);
        self.people[0].0.purge(self.room, i64::try_from(count).unwrap_or(1)).await.expect("purges");
        self.trace.push(format!("{count} are purged"));
        let newest = self.said.iter_mut().rev().filter(|said| !said.deleted).take(count);
        newest.for_each(|said| said.deleted = true);
    }

    async fn mark_read(&mut self, person: usize) {
        let Some(at) = self.any(|_| true) else { return };
        self.people[person].0.mark_read(self.room, self.said[at].id).await.expect("marks");
        self.trace.push(format!("{person} reads to {at}"));
        let reader = &mut self.readers[person];
        reader.read = reader.read.max(at + 1);
    }

    async fn mark_unread(&mut self, person: usize) {
        let Some(at) = self.any(|_| true) else { return };
        self.people[person].0.mark_unread(self.room, self.said[at].id).await.expect("marks");
        self.trace.push(format!("{person} has not read from {at}"));
        let reader = &mut self.readers[person];
        reader.read = reader.read.min(at.max(reader.floor));
    }

    async fn follow(&mut self, person: usize) {
        let Some(at) = self.any(|said| said.parent.is_none() && !said.deleted) else { return };
        let following = self.dice.hits(2);
        let (client, id) = (&self.people[person].0, self.said[at].id);
        let done = if following { client.follow(id).await } else { client.unfollow(id).await };
        done.expect("follows");
        self.trace.push(format!("{person} follows {at}: {following}"));
        self.readers[person].follows.insert(at, following);
    }

    async fn join(&mut self, person: usize) {
        self.people[person].0.join(self.room).await.expect("joins");
        self.trace.push(format!("{person} joins"));
        let (reader, there) = (&mut self.readers[person], self.said.len());
        (reader.joined, reader.floor, reader.read) = (true, there, there);
    }

    async fn leave(&mut self, person: usize) {
        self.people[person].0.leave(self.room).await.expect("leaves");
        self.trace.push(format!("{person} leaves"));
        self.readers[person].joined = false;
    }

    /// What the list says to a person.
    async fn listed(&self, person: usize) -> Unread {
        let all = self.people[person].0.unread().await.expect("lists").items;
        let found = all.into_iter().find(|one| one.channel_id == self.room);
        found.map_or(Unread::default(), |one| Unread { count: one.count, mentions: one.mentions })
    }

    /// What the start of a client says to a person.
    async fn synced(&self, person: usize) -> Unread {
        let all = self.people[person].0.sync().await.expect("syncs").channels;
        all.into_iter()
            .find(|one| one.channel.id == self.room)
            .map(|one| one.channel.unread)
            .unwrap_or_default()
    }

    async fn check(&self, seed: u64, is_thorough: bool) {
        for person in 0..self.people.len() {
            let expected = self.expected(person);
            let told = || format!("seed {seed}, person {person}:\n{}", self.trace.join("\n"));
            assert_eq!(self.listed(person).await, expected, "{}", told());
            if is_thorough {
                assert_eq!(self.synced(person).await, expected, "{}", told());
            }
        }
    }
}

/// I7.
#[tokio::test]
async fn counts_are_those_of_the_rule_after_any_order_of_events() {
    let world = World::new().await;
    for seed in SEEDS {
        let mut model = Model::new(&world, seed).await;
        for step in 0..STEPS {
            model.step().await;
            model.check(seed, step % 10 == 0).await;
        }
    }
    world.end().await;
}
