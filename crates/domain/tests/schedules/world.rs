//! Two rival activations, a log, clients that retry, and a scheduler that breaks things.

use std::collections::HashMap;

use ajet_domain::Change;
use ajet_domain::ask::AskError;
use ajet_domain::channel::{Answer, ChannelCore, Command, Delete, Edit, Head};
use ajet_domain::journal::{Append, Outcome};
use ajet_domain::need::{Facts, Find, Needs, StandingOf};
use ajet_domain::verb::{Made, Verbs};
use ajet_domain::writer::{Effect, Found, Told, Writer};
use ajet_domain::{Affected, Caller, Standing};
use ajet_protocol::events::MessagePayload;
use ajet_protocol::mint::Mint;
use ajet_protocol::{Addressed, ChannelId, CommunityId, Message, MessageId, StreamId, Timestamp, limits};
use uuid::Uuid;

use crate::Play;
use crate::acl::Acl;
use crate::dice::Dice;
use crate::log::Log;
use crate::requests::{Request, draft, user};
use crate::tally::Tally;
use crate::verdict::verdict;

const CHANNEL: Uuid = Uuid::from_u128(1);
/// Another channel of the community.
const OTHER: ChannelId = ChannelId(Uuid::from_u128(3));
const AUTHORS: u64 = 3;

type Shell = Writer<ChannelCore, usize>;
type Out = Effect<ChannelCore, usize>;

/// What one activation waits for.
enum Pending {
    Gather { needs: Box<Needs>, fresh: bool },
    Append(Append<Change>),
    Look,
}

struct Activation {
    writer: Shell,
    pending: Option<Pending>,
    stopped: bool,
}

pub struct World {
    pub log: Log,
    pub tally: Tally,
    /// Every event that an activation published.
    pub published: Vec<Addressed>,
    /// What the node remembers of people's rights; may be out of date.
    remembered: HashMap<StandingOf, Standing>,
    dice: Dice,
    activations: Vec<Activation>,
    requests: Vec<Request>,
    /// Appends on their way whose writer was told 'unknown'.
    late: Vec<Append<Change>>,
}

impl Play for World {
    fn new(seed: u64) -> Self {
        World::new(seed)
    }
    fn heal(&mut self) {
        World::heal(self);
    }
    fn verdict(&self) -> Result<(), String> {
        World::verdict(self)
    }
    fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl World {
    pub fn new(seed: u64) -> Self {
        let dice = Dice::of(seed);
        let mut world = Self {
            log: Log::new(Acl::new(ChannelId(CHANNEL))),
            tally: Tally::default(),
            published: Vec::new(),
            remembered: HashMap::new(),
            dice,
            activations: Vec::new(),
            requests: Vec::new(),
            late: Vec::new(),
        };
        world.everybody_joins();
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
            10 => self.change_rights(),
            11 => self.land_late(),
            _ => self.progress(true),
        }
    }

    /// One thing happens while others join and other channels change; nothing breaks.
    pub fn step_in_a_crowd(&mut self) {
        match self.dice.roll(8) {
            0..=1 => self.new_request(),
            2..=3 => self.others_change(),
            _ => self.progress(false),
        }
    }

    /// One thing happens while authors are banned and come back, and answers get lost.
    pub fn step_under_bans(&mut self) {
        match self.dice.roll(8) {
            0..=2 => self.new_request(),
            3 => self.ban_or_return(),
            4 => self.land_late(),
            _ => self.progress(true),
        }
    }

    fn change_rights(&mut self) {
        match self.dice.roll(4) {
            0 => self.log.acl.raise(vec![Affected::Everyone]),
            1 => self.log.acl.raise(vec![Affected::Channel(ChannelId(CHANNEL))]),
            2 => self.others_change(),
            _ => self.ban_or_return(),
        }
    }

    /// Rights change, and those of no author in this channel.
    fn others_change(&mut self) {
        let which = self.dice.roll(1_000);
        if which.is_multiple_of(2) {
            self.log.acl.join(user(AUTHORS + which).id);
        } else {
            self.log.acl.raise(vec![Affected::Channel(OTHER)]);
        }
    }

    fn ban_or_return(&mut self) {
        let author = user(self.dice.roll(AUTHORS)).id;
        if self.log.acl.belongs(author) {
            self.tally.count("ban");
            self.log.acl.ban(author);
        } else {
            self.log.acl.join(author);
        }
    }

    fn everybody_joins(&mut self) {
        (0..AUTHORS).for_each(|n| self.log.acl.join(user(n).id));
    }

    /// I1, I2, I3, I6 and I15 on what is durable and what was published.
    pub fn verdict(&self) -> Result<(), String> {
        verdict(&self.log, &self.requests, &self.published)
    }

    /// Faults end: late appends land, bans are lifted, and every request is retried until it has its answer.
    pub fn heal(&mut self) {
        self.everybody_joins();
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

    fn activate(&mut self) {
        self.log.epoch += 1;
        let writer = Writer::new(self.core(), StreamId(CHANNEL), self.log.epoch, self.log.head);
        self.activations.push(Activation { writer, pending: None, stopped: false });
    }

    fn core(&self) -> ChannelCore {
        let floor = self.log.events.last().map(|durable| durable.event.id.0);
        ChannelCore::new(ChannelId(CHANNEL), Some(CommunityId(Uuid::from_u128(2))), Mint::above(1, floor))
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
            Pending::Gather { needs, fresh } => {
                let found = self.found(&needs, fresh);
                self.activations[which].writer.gathered(found, &mut self.dice)
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
                let version = self.log.acl.version();
                let is_behind = || append.acl.rests_on.iter().any(|rests| rests.version < version);
                match outcome {
                    Outcome::StaleAcl => self.tally.count("stale acl"),
                    Outcome::Fenced => self.tally.count("fenced"),
                    Outcome::Committed { .. } if is_behind() => self.tally.count("stepped over"),
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

    /// What a look-up gives; now and then what is remembered, where that will do.
    fn found(&mut self, needs: &Needs, fresh: bool) -> Found {
        if !fresh
            && self.dice.roll(2) == 0
            && let Some(facts) = self.recall(needs)
        {
            self.tally.count("recalled");
            return Found::Recalled(facts);
        }
        let facts = self.facts(needs);
        self.remembered.extend(&facts.standings);
        Found::Looked(facts)
    }

    /// The answers, if rights are all that is asked for and all of them are remembered.
    fn recall(&self, needs: &Needs) -> Option<Facts> {
        let rest = Needs { standings: Vec::new(), ..needs.clone() };
        let mut facts = Facts::default();
        for asked in &needs.standings {
            facts.put(*asked, *self.remembered.get(asked)?);
        }
        rest.is_empty().then_some(facts)
    }

    fn facts(&self, needs: &Needs) -> Facts {
        let mut facts = Facts::default();
        for asked in &needs.standings {
            facts.put(*asked, self.log.acl.standing(asked.user, asked.channel));
        }
        needs.messages.iter().for_each(|one| facts.put(*one, self.log.messages.get(&one.0).cloned()));
        needs.heads.iter().for_each(|one| facts.put(*one, self.log.messages.get(&one.0).map(head)));
        needs.priors.iter().for_each(|one| facts.put(one.clone(), self.log.made.get(&one.0).copied()));
        needs.edit_windows.iter().for_each(|one| facts.put(*one, limits::EDIT_WINDOW_SECONDS));
        facts
    }

    fn carry_out(&mut self, which: usize, effects: Vec<Out>) {
        for effect in effects {
            let activation = &mut self.activations[which];
            match effect {
                Effect::Gather { needs, fresh } => {
                    activation.pending = Some(Pending::Gather { needs, fresh })
                }
                Effect::Append(append) => activation.pending = Some(Pending::Append(append)),
                Effect::Look => activation.pending = Some(Pending::Look),
                Effect::Answer(token, told) => self.answered(token, told),
                Effect::StepAside => activation.stopped = true,
                Effect::Publish(events) => self.published.extend(events.iter().cloned()),
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
            Some(Err(AskError::Refused(no))) if Command::refusal_name(no) == "NotFound" => {
                // Of a message that is there: its author was banned.
                self.tally.count("kept out");
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
