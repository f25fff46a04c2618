//! The standing cast, each of whom stands elsewhere, and what is done to set the stage for them.

use std::sync::atomic::{AtomicU32, Ordering};

use ajet_chatd::config::Config;
use ajet_client::Client;
use ajet_protocol::{ChannelId, CommunityId, CreateInvite, TokenScope, UserId};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use crate::support::requests::http;
use crate::support::{World, bots};

/// How high the custom role of the holder stands.
const HELD_POSITION: i64 = 500;

/// Where somebody stands in the community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Owner,
    Admin,
    Member,
    /// A member who is muted.
    Muted,
    /// A member with a custom role, which grants exactly what is needed.
    Holder,
    /// Was a member.
    Left,
    /// Was a member, and is banned.
    Banned,
    /// A bot, with the scopes of all tokens.
    Bot,
    /// Belongs to another community.
    Foreign,
    /// Shows no token.
    SignedOut,
}

impl Standing {
    pub fn is_inside(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Member | Self::Muted | Self::Holder | Self::Bot)
    }
}

/// One of the cast.
#[derive(Clone)]
pub struct Person {
    pub name: &'static str,
    pub standing: Standing,
    pub client: Client,
    pub id: UserId,
}

/// A community with its cast.
pub struct Scene {
    pub http: reqwest::Client,
    /// The address of a node.
    base: String,
    pub owner: Person,
    /// To whom things are done; a member, unless the last one took that away.
    pub subject: Person,
    /// The others.
    pub cast: Vec<Person>,
    /// An account that belongs nowhere.
    pub stranger: UserId,
    pub community: CommunityId,
    /// Where everybody arrives.
    pub general: ChannelId,
    /// A direct message of all who are inside.
    pub group: ChannelId,
    /// Lets anybody in who is not banned.
    pub invite: String,
    /// The custom role of the holder.
    pub held: String,
    /// Of the node, which knows the database.
    pub config: Config,
    number: AtomicU32,
}

async fn signed_in(world: &World, name: &'static str, standing: Standing) -> Person {
    if standing == Standing::SignedOut {
        return Person { name, standing, client: world.nobody.clone(), id: UserId(Uuid::nil()) };
    }
    if standing == Standing::Bot {
        let (bot, client) = bots::signed_in(world, name, TokenScope::ALL).await;
        return Person { name, standing, client, id: bot.user_id };
    }
    let (client, user) = world.nobody.sign_in(name).await.expect("signs in");
    Person { name, standing, client, id: user.id }
}

/// Whether a request was granted is not asked.
pub async fn tried(by: &Person, method: Method, path: &str) {
    let _ = by.client.tell(method, path, &json!({})).await;
}

impl Scene {
    /// The world's community with ann as its owner, carol as its subject and these people.
    pub async fn of(world: &World, cast: &[(&'static str, Standing)]) -> Self {
        let owner = signed_in(world, "ann", Standing::Owner).await;
        let subject = signed_in(world, "carol", Standing::Member).await;
        let mut people = Vec::new();
        for (name, standing) in cast {
            people.push(signed_in(world, name, *standing).await);
        }
        let inside = people.iter().filter(|person| person.standing.is_inside()).map(|person| person.id);
        let in_group: Vec<UserId> = inside.chain([subject.id]).collect();
        let group = owner.client.open_dm(&in_group).await.expect("opens").id;
        let community = world.community.id;
        let invite = owner.client.create_invite(community, &CreateInvite::default()).await.expect("invites");
        let stranger = signed_in(world, "stranger", Standing::Foreign).await.id;
        let scene = Self {
            http: http(),
            base: world.base(),
            owner,
            subject,
            cast: people,
            stranger,
            community,
            general: world.general.id,
            group,
            invite: invite.code,
            held: String::new(),
            config: world.config.clone(),
            number: AtomicU32::new(0),
        };
        let role = json!({ "name": "held", "position": HELD_POSITION });
        let held = scene.made(Method::POST, &scene.path("roles"), role).await;
        let scene = Self { held, ..scene };
        scene.bring_back().await;
        for person in &scene.cast {
            scene.enter(person).await;
            scene.restore(person).await;
        }
        scene
    }

    /// Somebody of the cast.
    pub fn one(&self, standing: Standing) -> &Person {
        self.cast.iter().find(|person| person.standing == standing).expect("is there")
    }

    /// All who are inside.
    pub fn inside(&self) -> impl Iterator<Item = &Person> {
        let others = self.cast.iter().filter(|person| person.standing.is_inside());
        others.chain([&self.subject])
    }

    /// A name that nothing else has.
    pub fn name(&self, what: &str) -> String {
        format!("{what}-{}", self.count())
    }

    /// A number that was not given yet.
    pub fn count(&self) -> u32 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// A path below the community's.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/communities/{}/{rest}", self.community)
    }

    /// A request below the community's path.
    pub fn here(&self, method: Method, rest: &str, body: Value) -> Call {
        Call::new(method, self.path(rest), body)
    }

    /// Somebody does something, which must succeed; what they are answered.
    pub async fn done(&self, by: &Person, method: Method, path: &str, body: Value) -> Value {
        let body = Some(&body).filter(|body| !body.is_null());
        // A read is repeated where rights change just now: others set their stages at the same time.
        let told = by.client.send(method.clone(), path, body, method.is_safe()).await;
        told.unwrap_or_else(|error| panic!("{} sets the stage by {method} {path}: {error}", by.name))
    }

    /// The owner does something.
    pub async fn owner_does(&self, method: Method, path: &str, body: Value) -> Value {
        self.done(&self.owner, method, path, body).await
    }

    /// The owner makes something; its id.
    pub async fn made(&self, method: Method, path: &str, body: Value) -> String {
        let made = self.owner_does(method, path, body).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// The owner sends a request, by which something is made; its id.
    pub async fn owner_sends(&self, call: &Call) -> String {
        let made = call.send(&self.http, &self.base, self.owner.client.token()).await;
        made.object().as_str().unwrap_or_else(|| panic!("sets the stage: {made:?}")).to_owned()
    }

    /// Somebody new accepts the invite; again changes nothing.
    async fn enter(&self, person: &Person) {
        tried(person, Method::POST, &format!("/api/invites/{}/accept", self.invite)).await;
    }

    /// The subject is a plain member again, whatever was done to them.
    pub async fn bring_back(&self) {
        let ban = self.path(&format!("bans/{}", self.subject.id));
        self.owner_does(Method::DELETE, &ban, json!({})).await;
        self.enter(&self.subject).await;
        let mute = self.path(&format!("mutes/{}", self.subject.id));
        tried(&self.owner, Method::DELETE, &mute).await;
        let plain = json!({ "role": "member", "roles": [] });
        self.owner_does(Method::PATCH, &self.of_member(self.subject.id), plain).await;
    }

    /// The path of a member.
    pub fn of_member(&self, id: UserId) -> String {
        self.path(&format!("members/{id}"))
    }

    /// Somebody stands where they stood, whatever they did.
    pub async fn restore(&self, person: &Person) {
        let of = |what: &str| self.path(&format!("{what}/{}", person.id));
        let member = of("members");
        match person.standing {
            Standing::Owner | Standing::SignedOut => return,
            Standing::Left | Standing::Foreign => return tried(person, Method::DELETE, &member).await,
            Standing::Banned => {
                self.owner_does(Method::PUT, &of("bans"), json!({})).await;
                return;
            }
            // It was let in once, and can't come back by an invite.
            Standing::Bot => return,
            Standing::Admin | Standing::Member | Standing::Muted | Standing::Holder => {}
        }
        self.enter(person).await;
        match person.standing {
            Standing::Admin => {
                self.owner_does(Method::PATCH, &member, json!({ "role": "admin" })).await;
            }
            Standing::Holder => {
                self.owner_does(Method::PATCH, &member, json!({ "roles": [self.held] })).await;
            }
            Standing::Muted => {
                self.owner_does(Method::PUT, &of("mutes"), json!({})).await;
            }
            _ => {}
        }
    }

    /// A message in `general` that somebody wrote; of those who are outside, the owner.
    pub async fn said_by(&self, by: &Person, body: &str) -> String {
        let author = if by.standing.is_inside() { by } else { &self.owner };
        let mute = self.path(&format!("mutes/{}", author.id));
        let is_muted = author.standing == Standing::Muted;
        if is_muted {
            self.owner_does(Method::DELETE, &mute, json!({})).await;
        }
        let path = format!("/api/channels/{}/messages", self.general);
        let said = self.done(author, Method::POST, &path, json!({ "body_md": body })).await;
        if is_muted {
            self.owner_does(Method::PUT, &mute, json!({})).await;
        }
        said["id"].as_str().expect("an id").to_owned()
    }

    /// Somebody does something for themselves, where they are inside.
    pub async fn inside_does(&self, by: &Person, method: Method, path: &str, body: Value) {
        if by.standing.is_inside() {
            self.done(by, method, path, body).await;
        }
    }

    /// A public channel of the owner's.
    pub async fn room(&self) -> String {
        self.made(Method::POST, &self.path("channels"), json!({ "name": self.name("room") })).await
    }

    /// A channel of the owner's that somebody has joined, if they are inside.
    pub async fn room_with(&self, person: &Person, visibility: &str) -> String {
        let room = json!({ "name": self.name("room"), "visibility": visibility });
        let room = self.made(Method::POST, &self.path("channels"), room).await;
        self.let_in(&room, person).await;
        room
    }

    /// The owner lets somebody into a channel; again changes nothing.
    pub async fn let_in(&self, room: &str, person: &Person) {
        if person.standing.is_inside() {
            self.owner_does(Method::PUT, &format!("/api/channels/{room}/members/{}", person.id), Value::Null)
                .await;
        }
    }
}
