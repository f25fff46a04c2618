//! What people do while things break: write, change, and read elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use ajet_client::{Client, Error};
use ajet_protocol::{
    ApiToken, Channel, ChannelId, CommandResult, CustomRole, EditMessage, Invite, Message, MessageId,
    PostMessage, RoleId, RunCommand, Scheduled, SignedIn, UserId,
};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::history::{Action, Outcome, Recorder, What};
use crate::listening::listen;
use crate::mentions::{ALL, Addressee, HERE, mention, role_mention};
use crate::tally::Tally;
use crate::visits::Place;

/// How long a client retries a request.
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client of the usual kind waits for one answer.
pub const ANSWER_TIMEOUT: Duration = Duration::from_millis(1000);
/// No request may hang for longer.
pub const HANGS: Duration = Duration::from_secs(10);
/// Between two attempts.
pub const AGAIN: Duration = Duration::from_millis(10);
/// Between two acts of a writer, on average.
const PACE: Duration = Duration::from_millis(25);
/// One of so many posts mentions people: so many at most.
const MENTIONS_EVERY: usize = 10;
const MENTIONED_AT_MOST: usize = 3;
/// One of so many posts calls everybody in the room, those who are online there, or a custom role.
const CALLS_EVERY: usize = 70;
/// One of so many posts begins a thread, as long as there are few, and one of so many replies in one.
const BEGINS_EVERY: usize = 40;
const REPLIES_EVERY: usize = 20;
const THREADS: usize = 24;
/// One of so many posts is a slash command.
const COMMANDS_EVERY: usize = 30;
/// What `/shrug` puts behind a text.
const SHRUG: &str = r"¯\\\_(ツ)\_/¯";

/// What everybody shares.
pub struct Scene {
    pub recorder: Recorder,
    pub rooms: Vec<Channel>,
    /// Communities besides that of the rooms, which visitors come into.
    pub places: Vec<Place>,
    pub bases: Vec<String>,
    /// Those who listen all the time.
    pub readers: Vec<UserId>,
    /// Those whom posts mention at times.
    pub addressees: Vec<Addressee>,
    /// Those who write to each other directly: what they are notified of counts as well.
    pub friends: Vec<Addressee>,
    /// Messages that people reply to, and that are neither edited nor deleted.
    pub threads: Mutex<Vec<(ChannelId, MessageId)>>,
    pub stop: CancellationToken,
    pub operations: AtomicU64,
    /// Writes that were acknowledged, answers that were no success, and requests that hung.
    pub tally: Tally,
    /// A node's process is stopped: a request to it may take longer than `HANGS`.
    pub frozen: AtomicBool,
}

impl Scene {
    /// Whether one more thread may begin.
    fn may_begin(&self) -> bool {
        self.threads.lock().len() < THREADS
    }
}

/// The name of the writer who never asks another node.
pub const PATIENT: &str = "patient";

/// Somebody who writes.
pub struct Writer {
    scene: Arc<Scene>,
    name: String,
    /// The same person at each node.
    at: Vec<Client>,
    /// Where they are just now.
    node: usize,
    /// How long this one waits for an answer before it asks the next node.
    timeout: Duration,
    rng: StdRng,
    own: Vec<Message>,
    count: u64,
    /// The last request, as the history numbers it.
    last: u64,
}

impl Writer {
    /// Somebody at a node.
    #[must_use]
    pub fn new(scene: &Arc<Scene>, name: String, client: &Client, node: usize, seed: u64) -> Self {
        let at = scene.bases.iter().map(|base| client.at(base)).collect();
        let rng = StdRng::seed_from_u64(seed);
        let timeout = ANSWER_TIMEOUT;
        Self { scene: Arc::clone(scene), name, at, node, rng, timeout, own: Vec::new(), count: 0, last: 0 }
    }

    /// Most people look elsewhere soon; this one waits for ever, and so finds requests that hang.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.timeout = RETRY_TIMEOUT;
        self
    }

    /// Writes until the scene ends.
    pub async fn run(mut self) {
        while !self.scene.stop.is_cancelled() {
            self.act().await;
            let pause = PACE.mul_f64(self.rng.random_range(0.2..1.8));
            tokio::time::sleep(pause).await;
        }
    }

    async fn act(&mut self) {
        let dice = self.rng.random_range(0..100);
        let some =
            |rng: &mut StdRng, own: &[Message]| own.get(rng.random_range(0..own.len().max(1))).cloned();
        let old = some(&mut self.rng, &self.own);
        match old {
            Some(message) if dice < 8 => self.edit(message).await,
            Some(message) if dice < 12 => self.delete(message).await,
            _ => self.post().await,
        }
    }

    async fn post(&mut self) {
        self.count += 1;
        let room = self.scene.rooms[self.rng.random_range(0..self.scene.rooms.len())].id;
        let key = format!("{}-{}", self.name, self.count);
        if self.is_time_for(COMMANDS_EVERY) {
            return self.command(room, key).await;
        }
        let parent_id = self.some_thread(room);
        let begins = parent_id.is_none() && self.is_time_for(BEGINS_EVERY) && self.scene.may_begin();
        if let Some(parent) = parent_id {
            self.scene.recorder.note(&self.name, What::Reply { key: key.clone(), parent: parent.0 });
        }
        let to = self.mentions_of_some();
        let body = format!("{key} says something of a usual length, as people do all day{to}");
        let action = Action::Post { channel: room.0, key: key.clone(), body: body.clone() };
        let request = PostMessage {
            body_md: body.into(),
            parent_id,
            also_to_channel: parent_id.is_some(),
            client_mutation_id: Some(key),
            ..PostMessage::default()
        };
        let path = format!("/api/channels/{room}/messages");
        let Some(message) = self.ask::<Message>(action, Method::POST, &path, Some(&request)).await else {
            return;
        };
        if self.rng.random_range(0..5) == 0 {
            self.read_elsewhere(&message).await;
        }
        if begins {
            self.scene.threads.lock().push((room, message.id));
        } else {
            self.keep(message);
        }
    }

    /// Posts by a slash command.
    async fn command(&mut self, room: ChannelId, key: String) {
        let said = format!("{key} does something");
        let (text, body) = if self.rng.random_range(0..2) == 0 {
            (format!("/me {said}"), format!("_{said}_"))
        } else {
            (format!("/shrug {said}"), format!("{said} {SHRUG}"))
        };
        let action = Action::Post { channel: room.0, key: key.clone(), body };
        let request =
            RunCommand { channel_id: room, text: text.as_str().into(), client_mutation_id: Some(key) };
        let answer = self.ask::<CommandResult>(action, Method::POST, "/api/commands", Some(&request)).await;
        if let Some(message) = answer.and_then(|answer| answer.message) {
            self.keep(message);
        }
    }

    /// Keeps a message in mind, to change it later.
    fn keep(&mut self, message: Message) {
        self.own.push(message);
        if self.own.len() > 50 {
            self.own.remove(0);
        }
    }

    /// Whether it is time for something that comes in one of so many posts. Nodes of the release before know none of it.
    fn is_time_for(&mut self, every: usize) -> bool {
        !self.scene.addressees.is_empty() && self.rng.random_range(0..every) == 0
    }

    /// What a post replies to, if it does.
    fn some_thread(&mut self, room: ChannelId) -> Option<MessageId> {
        if !self.is_time_for(REPLIES_EVERY) {
            return None;
        }
        let threads = self.scene.threads.lock();
        let here: Vec<MessageId> =
            threads.iter().filter(|(channel, _)| *channel == room).map(|(_, message)| *message).collect();
        here.get(self.rng.random_range(0..here.len().max(1))).copied()
    }

    /// Mentions, in some posts: the same person may be there twice, and the author among them. A few call many at once.
    fn mentions_of_some(&mut self) -> String {
        if self.is_time_for(CALLS_EVERY) {
            return format!(" {}", self.call());
        }
        if !self.is_time_for(MENTIONS_EVERY) {
            return String::new();
        }
        let people = &self.scene.addressees;
        let count = self.rng.random_range(1..=MENTIONED_AT_MOST);
        (0..count)
            .map(|_| format!(" {}", mention(people[self.rng.random_range(0..people.len())].id)))
            .collect()
    }

    /// What calls many at once.
    fn call(&mut self) -> String {
        let role: Option<RoleId> = self.scene.addressees.iter().find_map(|one| one.roles.first().copied());
        match (self.rng.random_range(0..3), role) {
            (0, Some(role)) => role_mention(role),
            (1, _) => HERE.to_owned(),
            _ => ALL.to_owned(),
        }
    }

    async fn edit(&mut self, message: Message) {
        self.count += 1;
        let body = format!("{}-{} says it in other words", self.name, self.count);
        let action = Action::Edit { message: message.id.0, body: body.clone() };
        let path = format!("/api/messages/{}", message.id);
        self.ask::<Message>(action, Method::PUT, &path, Some(&EditMessage { body_md: body.into() })).await;
    }

    async fn delete(&mut self, message: Message) {
        self.own.retain(|one| one.id != message.id);
        let action = Action::Delete { message: message.id.0 };
        let path = format!("/api/messages/{}", message.id);
        self.ask::<serde_json::Value>(action, Method::DELETE, &path, None::<&()>).await;
    }

    /// I5: what was acknowledged is there, at the next node.
    async fn read_elsewhere(&mut self, message: &Message) {
        let here = self.node;
        self.node = (self.node + 1) % self.at.len();
        let path = format!("/api/messages/{}", message.id);
        let action = Action::Read { message: message.id.0 };
        self.ask::<Message>(action, Method::GET, &path, None::<&()>).await;
        self.node = here;
    }

    /// Asks, and takes down what came of it, until there is an answer, going on to the next node where one does not serve.
    pub async fn ask<T: serde::de::DeserializeOwned + Told>(
        &mut self,
        action: Action,
        method: Method,
        path: &str,
        body: Option<&impl serde::Serialize>,
    ) -> Option<T> {
        let op = self.scene.operations.fetch_add(1, Ordering::Relaxed);
        self.last = op;
        let is_write = action.is_write();
        self.scene.recorder.note(&self.name, What::Invoked { op, node: self.node, action });
        let gives_up = Instant::now() + RETRY_TIMEOUT;
        let (outcome, value) = loop {
            let began = Instant::now();
            let asking = self.at[self.node].send::<T>(method.clone(), path, body, false);
            let answer = tokio::time::timeout(self.timeout, asking).await;
            match answer.unwrap_or(Err(Error::GaveUp)) {
                Ok(value) => break (value.told(), Some(value)),
                Err(Error::Problem(problem)) if problem.status <= 500 => {
                    let code = problem.code.as_str().to_owned();
                    break (Outcome::Refused { status: problem.status, code }, None);
                }
                Err(error) => {
                    self.count_failure(&error, began.elapsed());
                    if Instant::now() > gives_up {
                        break (Outcome::Unknown { why: error.to_string() }, None);
                    }
                }
            }
            self.node = (self.node + 1) % self.at.len();
            tokio::time::sleep(AGAIN).await;
            self.scene.recorder.note(&self.name, What::Again { op, node: self.node });
        };
        if is_write {
            self.count_write(&outcome);
        }
        self.scene.recorder.note(&self.name, What::Returned { op, outcome });
        value
    }

    /// The last request that was asked, as the history numbers it.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.last
    }

    fn count_failure(&self, error: &Error, took: Duration) {
        let tally = &self.scene.tally;
        let counter = match error {
            _ if took >= HANGS && !self.scene.frozen.load(Ordering::Relaxed) => &tally.hung,
            _ if took >= ANSWER_TIMEOUT => &tally.slow,
            Error::Transport(error) if error.is_connect() => &tally.absent,
            Error::Transport(_) => &tally.broken,
            _ => &tally.turned_away,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn count_write(&self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Ok { .. } => &self.scene.tally.accepted,
            Outcome::Unknown { .. } => &self.scene.tally.unknown,
            Outcome::Refused { .. } => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// Somebody who listens at one node, and is gone by an act at another: they leave a room, or sign out.
pub async fn listen_and_go(scene: Arc<Scene>, name: String, client: Client, node: usize, leaves: bool) {
    let over = CancellationToken::new();
    let listening =
        tokio::spawn(listen(Arc::clone(&scene), name.clone(), client.clone(), node, over.clone()));
    tokio::time::sleep(STAYS).await;
    let room = scene.rooms[node % scene.rooms.len()].clone();
    let mut goer = Writer::new(&scene, name.clone(), &client, (node + 1) % scene.bases.len(), 0);
    let (action, path) = if leaves {
        (Action::Leave { channel: room.id.0 }, format!("/api/channels/{}/leave", room.id))
    } else {
        (Action::SignOut, "/auth/logout".to_owned())
    };
    goer.ask::<serde_json::Value>(action, Method::POST, &path, None::<&()>).await;
    tokio::time::sleep(STAYS).await;
    over.cancel();
    let _ = listening.await;
    scene.recorder.note(&name, What::Closed);
}

/// How long such a person listens before and after.
const STAYS: Duration = Duration::from_millis(1500);

/// What an answer says of a message.
pub trait Told {
    fn told(&self) -> Outcome;
}

impl Told for Message {
    fn told(&self) -> Outcome {
        Outcome::Ok { message: Some(self.id.0), seq: Some(self.seq), body: Some(self.body_md.clone()) }
    }
}

impl Told for CommandResult {
    fn told(&self) -> Outcome {
        let nothing = Outcome::Ok { message: None, seq: None, body: None };
        self.message.as_ref().map_or(nothing, Told::told)
    }
}

/// Nothing of a message: it was done.
macro_rules! done {
    ($($answer:ty),+) => {$(
        impl Told for $answer {
            fn told(&self) -> Outcome {
                Outcome::Ok { message: None, seq: None, body: None }
            }
        }
    )+};
}

done!(serde_json::Value, ApiToken, Invite, SignedIn, Channel, CustomRole, Scheduled);
