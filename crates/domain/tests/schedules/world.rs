//! Two rival activations, a log, clients that retry, and a scheduler that breaks things.

use std::collections::{HashMap, HashSet};

use ajet_domain::ask::AskError;
use ajet_domain::channel::{Answer, Change, ChannelCore, Command, Delete, Edit, Head, Post};
use ajet_domain::journal::{Append, DuplicateKey, Outcome};
use ajet_domain::need::{Facts, Find, Needs};
use ajet_domain::verb::Made;
use ajet_domain::writer::{Effect, Found, Told, Writer};
use ajet_domain::{Asked, Caller, Draft, Key, Standing, Universe};
use ajet_protocol::events::MessagePayload;
use ajet_protocol::mint::Mint;
use ajet_protocol::{
    ChannelId, CommunityId, Event, Message, MessageId, Permissions, Role, StreamId, Timestamp, User, UserId,
};
use uuid::Uuid;

use crate::log::Log;

const CHANNEL: Uuid = Uuid::from_u128(1);
const AUTHORS: u64 = 3;

type Shell = Writer<ChannelCore, usize>;
type Out = Effect<ChannelCore, usize>;

/// What one activation waits for.
enum Pending {
    Gather(Needs),
    Append(Append<Change>),
    Look,
}

struct Activation {
    writer: Shell,
    pending: Option<Pending>,
    stopped: bool,
}

/// One request of a client, retried under its key until it is answered.
struct Request {
    command: Asked<Command>,
    /// The key of a post, which makes something.
    key: Option<DuplicateKey>,
    body: String,
    answered: Option<MessageId>,
    outstanding: bool,
}

impl Request {
    /// Posts a message under a key of its own.
    fn post(by: Caller, n: usize) -> Self {
        let (text, body) = (format!("k{n}"), format!("body {n}"));
        let stored = DuplicateKey { author: by.id(), key: text.clone() };
        let key = Key { text, fingerprint: n as i64, former: None };
        let verb = Command::Post(Post { draft: draft(&body), parent_id: None });
        let command = Asked { by, key: Some(key), verb };
        Self { command, key: Some(stored), body, answered: None, outstanding: false }
    }

    /// Does something to a message that is there.
    fn again(by: Caller, verb: impl Into<Command>) -> Self {
        let command = Asked { by, key: None, verb: verb.into() };
        Self { command, key: None, body: String::new(), answered: None, outstanding: false }
    }
}

/// A message as its event tells of it.
struct Created {
    seq: Option<u64>,
    message: Message,
}

/// How often each fault came about.
#[derive(Default)]
pub struct Tally {
    counts: HashMap<&'static str, u64>,
}

impl Tally {
    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.counts {
            *self.counts.entry(what).or_default() += count;
        }
    }

    pub fn assert_every_fault_happened(&self) {
        for what in [
            "crash",
            "rival",
            "lost answer",
            "lost request",
            "late append",
            "stale acl",
            "retry",
            "replayed",
            "fenced",
        ] {
            assert!(
                self.counts.get(what).is_some_and(|count| *count > 100),
                "{what} was hardly tried: {:?}",
                self.counts
            );
        }
    }
}

pub struct World {
    pub log: Log,
    pub tally: Tally,
    dice: Dice,
    activations: Vec<Activation>,
    requests: Vec<Request>,
    /// Appends on their way whose writer was told 'unknown'.
    late: Vec<Append<Change>>,
}

/// Seeded entropy, and a clock that moves a little and sometimes jumps back.
struct Dice {
    state: u64,
}

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % sides
    }
}

impl Universe for Dice {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1_000_000 + self.state % 5_000)
    }
    fn entropy(&mut self) -> u64 {
        self.roll(u64::MAX)
    }
}

impl World {
    pub fn new(seed: u64) -> Self {
        let dice = Dice { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 };
        let mut world = Self {
            log: Log { acl_version: 1, ..Log::default() },
            tally: Tally::default(),
            dice,
            activations: Vec::new(),
            requests: Vec::new(),
            late: Vec::new(),
        };
        world.activate();
        world
    }

    /// One thing happens, chosen by the dice.
    pub fn step(&mut self) {
        match self.dice.roll(20) {
            0..=5 => self.new_request(),
            6..=7 => self.retry(),
            8 => {
                self.tally.count("rival");
                self.activate();
            }
            9 => self.crash(),
            10 => self.log.acl_version += 1,
            11 => self.land_late(),
            _ => self.progress(true),
        }
    }

    /// Faults end: late appends land, and every request is retried until it has its answer.
    pub fn heal(&mut self) {
        while !self.late.is_empty() {
            self.land_late();
        }
        self.activations.clear();
        self.activate();
        for request in &mut self.requests {
            request.outstanding = false;
        }
        for _ in 0..10_000 {
            self.progress(false);
            match self
                .requests
                .iter()
                .position(|one| one.answered.is_none() && one.key.is_some() && !one.outstanding)
            {
                Some(open) => self.send(open),
                None if self.activations.iter().all(|one| one.pending.is_none()) => return,
                None => {}
            }
        }
    }

    /// I1, I2, I3 and I15 on what is durable.
    pub fn verdict(&self) -> Result<(), String> {
        self.one_order()?;
        let created = self.created();
        self.nothing_twice(&created)?;
        self.nothing_lost(&created)
    }

    fn one_order(&self) -> Result<(), String> {
        let (mut epoch, mut last_id) = (0, None);
        for (index, (event_epoch, event)) in self.log.events.iter().enumerate() {
            if event.seq != Some(index as u64 + 1) {
                return Err(format!("I3: event {} stands at place {}", event.seq.unwrap_or(0), index + 1));
            }
            if *event_epoch < epoch {
                return Err(format!("I15: epoch {event_epoch} wrote after {epoch}"));
            }
            if last_id.is_some_and(|last| last >= event.id) {
                return Err(format!("I3: event ids do not rise at {}", index + 1));
            }
            (epoch, last_id) = (*event_epoch, Some(event.id));
        }
        Ok(())
    }

    fn nothing_twice(&self, created: &[Created]) -> Result<(), String> {
        let mut keys = HashSet::new();
        for Created { seq, message } in created {
            if Some(message.seq) != *seq {
                return Err("I3: a message carries another seq than its event".into());
            }
            if !keys.insert((message.author.id, &message.client_mutation_id)) {
                return Err(format!("I2: two messages for key {}", message.client_mutation_id));
            }
        }
        Ok(())
    }

    fn nothing_lost(&self, created: &[Created]) -> Result<(), String> {
        let by_id: HashMap<_, _> = created.iter().map(|one| (one.message.id, &one.message)).collect();
        for request in &self.requests {
            let (Some(key), Some(id)) = (&request.key, request.answered) else { continue };
            let whole = by_id.get(&id).is_some_and(|message| {
                message.author.id == key.author
                    && message.client_mutation_id == key.key
                    && message.body_md == request.body
            });
            if !whole {
                return Err(format!("I1: acknowledged {} is not in the log", key.key));
            }
        }
        Ok(())
    }

    fn created(&self) -> Vec<Created> {
        let events = self.log.events.iter().filter(|(_, event)| event.kind == "message.created");
        let decode = |event: &ajet_protocol::Envelope| match event.event() {
            Ok(Some(Event::MessageCreated(created))) => {
                Some(Created { seq: event.seq, message: created.message.into() })
            }
            _ => None,
        };
        events.filter_map(|(_, event)| decode(event)).collect()
    }

    fn activate(&mut self) {
        self.log.epoch += 1;
        let writer = Writer::new(self.core(), StreamId(CHANNEL), self.log.epoch, self.log.head);
        self.activations.push(Activation { writer, pending: None, stopped: false });
    }

    fn core(&self) -> ChannelCore {
        let floor = self.log.events.last().map(|(_, event)| event.id.0);
        ChannelCore::new(ChannelId(CHANNEL), CommunityId(Uuid::from_u128(2)), Mint::above(1, floor))
    }

    fn crash(&mut self) {
        if self.activations.is_empty() {
            return self.activate();
        }
        self.tally.count("crash");
        let which = self.dice.roll(self.activations.len() as u64) as usize;
        let died = self.activations.remove(which);
        if let Some(Pending::Append(append)) = died.pending {
            self.late.push(append);
        }
        for request in &mut self.requests {
            request.outstanding = false;
        }
    }

    fn new_request(&mut self) {
        let (author, n) = (self.dice.roll(AUTHORS), self.requests.len());
        // Only a post is answered by a message.
        let posted: Vec<_> =
            self.requests.iter().filter_map(|one| Some((&one.command.by, one.answered?))).collect();
        let target = (!posted.is_empty()).then(|| posted[self.dice.roll(posted.len() as u64) as usize]);
        let target = target.map(|(by, id)| (by.clone(), id));
        let request = match (self.dice.roll(5), target) {
            (0, Some((by, message_id))) => Request::again(by, Delete { message_id }),
            (1, Some((by, message_id))) => Request::again(by, Edit { message_id, draft: draft("edited") }),
            _ => Request::post(Caller::session(user(author)), n),
        };
        self.requests.push(request);
        self.send(n);
    }

    /// A client asks again although its first request may still be under way.
    fn retry(&mut self) {
        let open = self.requests.iter().position(|one| one.answered.is_none() && one.key.is_some());
        if let Some(open) = open {
            self.tally.count("retry");
            self.send(open);
        }
    }

    fn send(&mut self, index: usize) {
        self.activations.retain(|one| !one.stopped);
        if self.activations.is_empty() {
            self.activate();
        }
        let which = self.dice.roll(self.activations.len() as u64) as usize;
        self.requests[index].outstanding = true;
        let command = self.requests[index].command.clone();
        let deadline = Timestamp::from_unix_millis(u64::MAX / 4_000_000);
        let effects = self.activations[which].writer.submit(command, index, deadline, &mut self.dice);
        self.carry_out(which, effects);
    }

    /// One activation gets the answer it waits for, true or not.
    fn progress(&mut self, faults: bool) {
        let waiting: Vec<_> =
            (0..self.activations.len()).filter(|at| self.activations[*at].pending.is_some()).collect();
        if waiting.is_empty() {
            return;
        }
        let which = waiting[self.dice.roll(waiting.len() as u64) as usize];
        let Some(pending) = self.activations[which].pending.take() else { return };
        let effects = match pending {
            Pending::Gather(needs) => {
                let facts = self.facts(&needs);
                self.activations[which].writer.gathered(Found::Looked(facts), &mut self.dice)
            }
            Pending::Append(append) => {
                let outcome = self.fate(append, faults);
                self.activations[which].writer.appended(outcome, &mut self.dice)
            }
            Pending::Look => {
                let sighting = self.log.sight(self.activations[which].writer.head());
                self.activations[which].writer.sighted(sighting, &mut self.dice)
            }
        };
        self.carry_out(which, effects);
    }

    fn fate(&mut self, append: Append<Change>, faults: bool) -> Outcome {
        match if faults { self.dice.roll(8) } else { 7 } {
            0 => {
                self.tally.count("lost answer");
                self.log.append(&append);
                Outcome::Unknown
            }
            1 => {
                self.tally.count("lost request");
                Outcome::Unknown
            }
            2 => {
                self.late.push(append);
                Outcome::Unknown
            }
            _ => {
                let outcome = self.log.append(&append);
                match outcome {
                    Outcome::StaleAcl => self.tally.count("stale acl"),
                    Outcome::Fenced => self.tally.count("fenced"),
                    _ => {}
                }
                outcome
            }
        }
    }

    fn land_late(&mut self) {
        if let Some(append) = self.late.pop() {
            self.tally.count("late append");
            self.log.append(&append);
        }
    }

    fn facts(&self, needs: &Needs) -> Facts {
        let standing = Standing {
            acl_version: self.log.acl_version,
            in_community: true,
            in_channel: true,
            sees_channel: true,
            permissions: Permissions::of_role(Role::Member),
            muted_until: None,
        };
        let mut facts = Facts::default();
        needs.standings.iter().for_each(|one| facts.put(*one, standing));
        needs.messages.iter().for_each(|one| facts.put(*one, self.log.messages.get(&one.0).cloned()));
        needs.heads.iter().for_each(|one| facts.put(*one, self.log.messages.get(&one.0).map(head)));
        needs.priors.iter().for_each(|one| facts.put(one.clone(), self.log.made.get(&one.0).copied()));
        facts
    }

    fn carry_out(&mut self, which: usize, effects: Vec<Out>) {
        for effect in effects {
            let activation = &mut self.activations[which];
            match effect {
                Effect::Gather { needs, .. } => activation.pending = Some(Pending::Gather(needs)),
                Effect::Append(append) => activation.pending = Some(Pending::Append(append)),
                Effect::Look => activation.pending = Some(Pending::Look),
                Effect::Answer(token, told) => self.answered(token, told),
                Effect::StepAside => activation.stopped = true,
                Effect::Publish(_) => {}
            }
        }
    }

    fn answered(&mut self, token: usize, told: Told<ChannelCore>) {
        let request = &mut self.requests[token];
        request.outstanding = false;
        match told {
            Some(Ok(Answer::Post(Made::New(payload)))) => {
                let payload: MessagePayload =
                    serde_json::from_str(payload.get()).expect("the event's payload");
                request.answered = Some(payload.message.id);
            }
            Some(Ok(Answer::Post(Made::Before(id)))) => {
                self.tally.count("replayed");
                request.answered = Some(MessageId(id));
            }
            Some(Err(no @ (AskError::Poison | AskError::KeyReused))) => {
                panic!("{no:?}: no command here is faulty, and no key used twice")
            }
            _ => {}
        }
    }
}

fn head(message: &Message) -> Head {
    Head {
        author: message.author.id,
        parent_id: message.parent_id,
        created_at: message.created_at,
        deleted: message.deleted,
    }
}

pub fn user(n: u64) -> User {
    User {
        id: UserId(Uuid::from_u128(100 + u128::from(n))),
        username: format!("u{n}"),
        display_name: format!("U{n}"),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

pub fn draft(body: &str) -> Draft {
    Draft { body_md: body.to_owned(), body_html: String::new(), called: Vec::new(), shown_html: None }
}
