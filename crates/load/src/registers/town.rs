//! What is there of registers before anything happens: people, channels, categories, and what the history is told of them.

use std::collections::HashMap;

use ajet_client::Client;
use ajet_protocol::{
    BotId, Category, Channel, ChannelId, CommunityId, CreateBot, CreateCategory, CreateChannel, CreateRole,
    NotifyLevel, Permission, RoleId, SetOverwrite, UpdateMember, UserId,
};
use parking_lot::Mutex;
use uuid::Uuid;

use super::asked::in_order;
use super::book::Book;
use super::keeper::SCOPES;
use super::talk::Talk;
use super::wire::Wire;
use super::{HELD, Register};
use crate::guests::By;
use crate::history::What;
use crate::mentions::Addressee;
use crate::people::People;
use crate::workload::Scene;

/// Categories whose names and order change.
const CATEGORIES: usize = 4;

/// Somebody whom the server knows by an id.
#[derive(Clone)]
pub struct Person {
    pub by: By,
    pub id: UserId,
}

/// A ward: a person with two channels that are hidden from them at times.
#[derive(Clone)]
pub struct Warded {
    pub person: Person,
    /// Public, and at times denied to the ward.
    pub nook: Channel,
    /// Seen by who holds the key.
    pub stage: Channel,
    /// A custom role, which at times the ward does not hold.
    pub key: RoleId,
}

/// What registers are about, and who writes them.
pub struct Town {
    pub community: CommunityId,
    pub owner: Person,
    /// The channel in which everybody is.
    pub general: ChannelId,
    /// The channel that is read-only at times.
    pub attic: Channel,
    pub categories: Vec<Category>,
    pub wards: Vec<Warded>,
    pub friends: Vec<Person>,
    /// Whose tokens come and go.
    pub bot: BotId,
    /// What the friends read.
    pub book: Book,
    pub talk: Talk,
    /// A channel that a program is told of.
    pub wire: Wire,
    /// Direct messages so far, each with one of its people.
    dms: Mutex<HashMap<ChannelId, (Client, Channel)>>,
}

fn bot() -> CreateBot {
    CreateBot { name: "robot".into(), scopes: SCOPES.to_vec(), client_mutation_id: None }
}

impl Town {
    /// Makes all of it, with so many wards, friends and talkers.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn found(
        people: &People,
        base: &str,
        (wards, friends, talkers): (usize, usize, usize),
    ) -> anyhow::Result<Self> {
        let (owner, community) = (&people.owner, people.community.id);
        let mut categories = Vec::new();
        for n in 0..CATEGORIES {
            let name = format!("category-{n}").into();
            let request = CreateCategory { name, position: None, client_mutation_id: None };
            categories.push(owner.create_category(community, &request).await?);
        }
        let mut warded = Vec::new();
        for (n, person) in arrived(people, base, "ward", wards).await?.into_iter().enumerate() {
            warded.push(warded_one(people, n, person).await?);
        }
        let friends = arrived(people, base, "friend", friends).await?;
        let book = channel(people, "book").await?;
        let general = people.rooms.first().map(|room| room.id);
        Ok(Self {
            community,
            owner: Person { by: by("owner", owner), id: owner.me().await?.user.id },
            general: general.ok_or_else(|| anyhow::anyhow!("there is no room"))?,
            attic: channel(people, "attic").await?,
            categories,
            wards: warded,
            book: Book::written(owner, &book, &friends).await?,
            friends,
            bot: owner.create_bot(community, &bot()).await?.id,
            talk: Talk::found(people, arrived(people, base, "talker", talkers).await?).await?,
            wire: Wire::strung(owner, channel(people, "wire").await?).await?,
            dms: Mutex::default(),
        })
    }

    /// Takes down what is there before anything happens.
    pub fn introduce(&self, scene: &Scene) {
        let wards = self.wards.iter().map(|ward| &ward.person);
        let people = wards.chain(&self.friends).chain(&self.talk.talkers).chain([&self.owner]);
        for person in people {
            scene.recorder.note(&person.by.name, What::Person { id: person.id.0 });
        }
        let note = |what: What| {
            scene.recorder.note("scene", what);
        };
        for (channel, register, value) in self.channels_at_first(scene) {
            note(What::Register { register: Register::Channel(channel), value: Some(value) });
            note(What::Register { register, value: None });
        }
        let begins = |register: Register, value: Option<String>| note(What::Register { register, value });
        for category in &self.categories {
            begins(Register::Category(category.id.0), Some(category.name.clone()));
        }
        let order: Vec<_> = self.categories.iter().map(|category| category.id).collect();
        begins(Register::Order(self.community.0), Some(in_order(&order)));
        for ward in &self.wards {
            let person = ward.person.by.name.clone();
            let (role, held) = (ward.key.0, Some(HELD.to_owned()));
            begins(Register::Holds { role, person: person.clone() }, held);
            begins(Register::Muted { community: self.community.0, person }, None);
            let people = vec![ward.person.id.0, self.owner.id.0];
            note(What::Behind { channel: ward.stage.id.0, role, people });
        }
        for friend in &self.friends {
            let (person, channel) = (friend.by.name.clone(), self.general.0);
            // A new account shows the name that signs in.
            begins(Register::DisplayName { person: person.clone() }, Some(person.clone()));
            begins(Register::Silenced { channel, person: person.clone() }, None);
            let level = NotifyLevel::default().as_str().to_owned();
            begins(Register::Level { channel, person }, Some(level));
        }
        self.book.introduce(scene, &self.friends);
        self.talk.introduce(scene);
        note(What::Wired { channel: self.wire.channel.id.0 });
        self.introduce_channels(scene);
    }

    /// Channels with their names, each with a register of it that has no value.
    fn channels_at_first(&self, scene: &Scene) -> Vec<(Uuid, Register, String)> {
        let topic = |channel: &Channel| (channel.id.0, Register::Topic(channel.id.0), channel.name.clone());
        let mut all: Vec<_> = scene.rooms.iter().map(topic).collect();
        all.extend(self.wards.iter().map(|ward| topic(&ward.stage)));
        all.extend(self.wards.iter().map(|ward| {
            let (channel, person) = (ward.nook.id.0, ward.person.by.name.clone());
            (channel, Register::Denied { channel, person }, ward.nook.name.clone())
        }));
        let attic = self.attic.id.0;
        all.push((attic, Register::Archived(attic), self.attic.name.clone()));
        all
    }

    fn introduce_channels(&self, scene: &Scene) {
        let of_wards = self.wards.iter().flat_map(|ward| [&ward.nook, &ward.stage]);
        for channel in of_wards.chain([&self.attic, &self.wire.channel]) {
            let (channel, community) = (channel.id.0, self.community.0);
            scene.recorder.note("scene", What::Channel { channel, community, on_arrival: false });
        }
    }

    /// Who writes directly, and lists in the end what they were notified of.
    #[must_use]
    pub fn friends_told(&self) -> Vec<Addressee> {
        let told = self.friends.iter().map(|Person { by, id }| Addressee {
            name: by.name.clone(),
            client: by.client.clone(),
            id: *id,
            roles: Vec::new(),
        });
        told.collect()
    }

    /// Keeps a direct message in mind, for the end.
    pub fn remember(&self, person: &Person, dm: &Channel) {
        self.dms.lock().entry(dm.id).or_insert_with(|| (person.by.client.clone(), dm.clone()));
    }

    /// All channels besides the rooms whose history is read in the end, each with somebody who is there.
    #[must_use]
    pub fn channels(&self) -> Vec<(Client, Channel)> {
        let of_wards = self.wards.iter().flat_map(|ward| [&ward.nook, &ward.stage]);
        let of_owner = of_wards.chain([&self.attic, &self.wire.channel]);
        let of_owner = of_owner.map(|channel| (self.owner.by.client.clone(), channel.clone()));
        of_owner.chain(self.dms.lock().values().cloned()).collect()
    }
}

fn by(name: &str, client: &Client) -> By {
    By { name: name.to_owned(), client: client.clone() }
}

/// So many people of the community, by names of this kind.
async fn arrived(people: &People, base: &str, kind: &str, count: usize) -> anyhow::Result<Vec<Person>> {
    let names: Vec<_> = (0..count).map(|n| format!("{kind}-{n}")).collect();
    let clients = people.join(base, names.clone(), |_| vec![]).await?;
    let mut arrived = Vec::new();
    for (name, client) in names.iter().zip(clients) {
        arrived.push(Person { by: by(name, &client), id: client.me().await?.user.id });
    }
    Ok(arrived)
}

async fn channel(people: &People, name: &str) -> anyhow::Result<Channel> {
    let request = CreateChannel {
        name: name.into(),
        kind: None,
        visibility: None,
        topic: None,
        category_id: None,
        client_mutation_id: None,
    };
    Ok(people.owner.create_channel(people.community.id, &request).await?)
}

/// The channels and the role of a ward, who holds the role, and is in both channels.
async fn warded_one(people: &People, n: usize, person: Person) -> anyhow::Result<Warded> {
    let (owner, community) = (&people.owner, people.community.id);
    let nook = channel(people, &format!("nook-{n}")).await?;
    let stage = channel(people, &format!("stage-{n}")).await?;
    let request = CreateRole { name: format!("key-{n}").into(), ..CreateRole::default() };
    let key = owner.create_role(community, &request).await?.id;
    let view = || Some(vec![Permission::ViewChannel]);
    let closed = SetOverwrite { allow: None, deny: view() };
    owner.set_overwrite(stage.id, community, &closed).await?;
    let opened = SetOverwrite { allow: view(), deny: None };
    owner.set_overwrite(stage.id, key, &opened).await?;
    let holds = UpdateMember { roles: Some(vec![key]), ..UpdateMember::default() };
    owner.update_member(community, person.id, &holds).await?;
    for room in [&nook, &stage] {
        person.by.client.join(room.id).await?;
    }
    Ok(Warded { person, nook, stage, key })
}
