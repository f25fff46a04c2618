//! A person who reads, with rival activations, a log, sessions that mark and mark again, and a scheduler that breaks things.
//!
//! The stream is the person's own. What their marks rest on is decided elsewhere: two channels are of one community, the third is a
//! direct message, and each of these scopes has its own ACL version, as the person has.

use ajet_domain::ask::AskError;
use ajet_domain::journal::{Append, Outcome};
use ajet_domain::need::{Facts, Find, Needs};
use ajet_domain::person::{Command, MarkRead, PersonCore};
use ajet_domain::writer::{Effect, Found, Told, Writer};
use ajet_domain::{Affected, Asked, Caller, Change};
use ajet_protocol::mint::Mint;
use ajet_protocol::{Addressed, StreamId, Timestamp, User};

use crate::Play;
use crate::dice::Dice;
use crate::log::Durable;
use crate::marks::{Marks, OTHER, READER, ReadBy};
use crate::requests::user;
use crate::tally::Tally;
use crate::verdict::{nothing_earlier_than_its_commit, nothing_forbidden, one_order};

type Out = Effect<PersonCore, usize>;

/// What one activation waits for.
enum Pending {
    Gather(Box<Needs>),
    Append(Append<Change>),
    Look,
}

struct Activation {
    writer: Writer<PersonCore, usize>,
    pending: Option<Pending>,
    stopped: bool,
}

/// One mark of a session.
struct Request {
    by: Caller,
    mark: MarkRead,
    /// By what it counted as read when it was acknowledged first.
    answered: Option<ReadBy>,
    outstanding: bool,
}

impl Request {
    /// Whether it is the person's own; that of another is refused whatever happens.
    fn is_own(&self) -> bool {
        self.by.id() == READER
    }

    /// I1: it was answered, counted as read by then, and stands if it was written. What was there at a joining needs no mark, which
    /// does not excuse one that was acknowledged before it and is lost.
    fn judged(&self, log: &Marks) -> Result<(), String> {
        let mark = self.mark;
        match self.answered {
            None => Err(format!("{mark:?} is never answered, however often it is tried")),
            Some(ReadBy::Nothing) => {
                Err(format!("I1: {mark:?} was acknowledged, and did not count as read then"))
            }
            Some(ReadBy::Mark) if log.read_by(&mark) != ReadBy::Mark => {
                Err(format!("I1: {mark:?} was acknowledged, and is lost"))
            }
            Some(ReadBy::Mark | ReadBy::Joining) => Ok(()),
        }
    }
}

/// The person, and all that happens to them.
pub struct Reader {
    log: Marks,
    tally: Tally,
    /// Every event that an activation published.
    published: Vec<Addressed>,
    dice: Dice,
    activations: Vec<Activation>,
    requests: Vec<Request>,
    /// Appends on their way whose writer was told 'unknown'.
    late: Vec<Append<Change>>,
}

impl Play for Reader {
    fn new(seed: u64) -> Self {
        let mut reader = Self {
            log: Marks::new(),
            tally: Tally::default(),
            published: Vec::new(),
            dice: Dice::of(seed),
            activations: Vec::new(),
            requests: Vec::new(),
            late: Vec::new(),
        };
        reader.activate();
        reader
    }

    /// Faults end: late appends land, the person is in all channels, and every mark is retried until it has its answer.
    fn heal(&mut self) {
        (0..Marks::ROOMS).for_each(|room| self.log.join(room));
        while !self.late.is_empty() {
            self.land_late();
        }
        self.activations.clear();
        self.activate();
        self.requests.iter_mut().for_each(|one| one.outstanding = false);
        for _ in 0..10_000 {
            self.progress(false);
            let open = |one: &Request| one.is_own() && one.answered.is_none() && !one.outstanding;
            match self.requests.iter().position(open) {
                Some(open) => self.send(open),
                None if self.activations.iter().all(|one| one.pending.is_none()) => return,
                None => {}
            }
        }
    }

    /// I1, I3, I6, I7 and I15 on what is durable and what was published.
    fn verdict(&self) -> Result<(), String> {
        one_order(&self.log.events)?;
        nothing_forbidden(&self.log.events)?;
        nothing_earlier_than_its_commit(&self.log.events, &self.published)?;
        self.log.only_forward()?;
        for one in self.requests.iter().filter(|one| one.is_own()) {
            one.judged(&self.log)?;
        }
        Ok(())
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl Reader {
    /// One thing happens, chosen by the dice.
    pub fn step(&mut self) {
        match self.dice.roll(20) {
            0..=4 => self.new_request(),
            5 => self.said(),
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

    /// One thing happens while the person is removed from channels and comes back; nothing breaks.
    pub fn step_under_removals(&mut self) {
        match self.dice.roll(8) {
            0..=1 => self.new_request(),
            2 => self.said(),
            3 => self.remove_or_return(),
            _ => self.progress(false),
        }
    }

    /// One thing happens while the rights of others change, and those in channels; nothing breaks.
    pub fn step_in_a_crowd(&mut self) {
        match self.dice.roll(8) {
            0..=1 => self.new_request(),
            2 => self.said(),
            3..=4 => self.others_change(),
            _ => self.progress(false),
        }
    }

    /// Plants a violation: the last mark is acknowledged, and lost.
    pub fn forget_last_mark(&mut self) {
        self.log.forget_last_mark();
    }

    /// The person leaves all channels and joins them again, so that nothing there is unread.
    pub fn come_back(&mut self) {
        for room in 0..Marks::ROOMS {
            self.log.remove(room);
            self.log.join(room);
        }
    }

    /// Plants a violation: the last mark once more.
    pub fn repeat_last_mark(&mut self) {
        self.log.repeat_last_mark();
    }

    pub fn events_mut(&mut self) -> &mut Vec<Durable> {
        &mut self.log.events
    }

    fn said(&mut self) {
        let room = self.dice.place(Marks::ROOMS);
        self.log.say(room);
    }

    fn change_rights(&mut self) {
        let room = self.dice.place(Marks::ROOMS);
        match self.dice.roll(5) {
            0 => self.log.raise(room, Affected::Everyone),
            1 => self.log.raise_own(),
            2 => self.others_change(),
            _ => self.remove_or_return(),
        }
    }

    /// Rights change, and not the person's: those of another, and what may be done in a channel, which they have joined all the same.
    fn others_change(&mut self) {
        let room = self.dice.place(Marks::ROOMS);
        if self.dice.roll(2) == 0 {
            self.log.raise(room, Affected::Person(OTHER));
        } else {
            self.log.raise_beside(room);
        }
    }

    fn remove_or_return(&mut self) {
        let room = self.dice.place(Marks::ROOMS);
        if self.log.has_joined(room) {
            self.tally.count("removed");
            self.log.remove(room);
        } else {
            self.log.join(room);
        }
    }

    fn activate(&mut self) {
        let (epoch, head) = self.log.take_over();
        let floor = self.log.events.last().map(|durable| durable.event.id.0);
        let core = PersonCore::new(READER, Mint::above(1, floor));
        let writer = Writer::new(core, StreamId(READER.0), epoch, head);
        self.activations.push(Activation { writer, pending: None, stopped: false });
    }

    fn crash(&mut self) {
        if self.activations.is_empty() {
            return self.activate();
        }
        self.tally.count("crash");
        let which = self.dice.place(self.activations.len());
        let died = self.activations.remove(which);
        if let Some(Pending::Append(append)) = died.pending {
            self.late.push(append);
        }
        self.requests.iter_mut().for_each(|one| one.outstanding = false);
    }

    /// A session marks one of the last messages of a channel, in any order; now and then somebody else tries to.
    fn new_request(&mut self) {
        let (room, back) = (self.dice.place(Marks::ROOMS), self.dice.roll(4));
        let by = if self.dice.roll(20) == 0 { OTHER } else { READER };
        let by = Caller::session(User { id: by, ..user(0) });
        let mark = self.log.mark(room, back);
        self.requests.push(Request { by, mark, answered: None, outstanding: false });
        self.send(self.requests.len() - 1);
    }

    /// A session marks again although its first request may still be under way.
    fn retry(&mut self) {
        if let Some(open) = self.requests.iter().position(|one| one.is_own() && one.answered.is_none()) {
            self.tally.count("retry");
            self.send(open);
        }
    }

    fn send(&mut self, index: usize) {
        self.activations.retain(|one| !one.stopped);
        if self.activations.is_empty() {
            self.activate();
        }
        let which = self.dice.place(self.activations.len());
        let request = &mut self.requests[index];
        request.outstanding = true;
        let command = Asked { by: request.by.clone(), key: None, verb: Command::from(request.mark) };
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
        let which = waiting[self.dice.place(waiting.len())];
        let Some(pending) = self.activations[which].pending.take() else { return };
        let effects = match pending {
            Pending::Gather(needs) => {
                let found = Found::Looked(self.facts(&needs));
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
                let is_behind = append.acl.rests_on.iter().any(|rests| self.log.is_behind(rests));
                let outcome = self.log.append(&append);
                match outcome {
                    Outcome::StaleAcl => self.tally.count("stale acl"),
                    Outcome::Fenced => self.tally.count("fenced"),
                    Outcome::Committed { .. } if is_behind => self.tally.count("stepped over"),
                    Outcome::Committed { .. } => self.tally.count("moved"),
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

    /// What a look-up gives, all of it of this moment.
    fn facts(&self, needs: &Needs) -> Facts {
        let mut facts = Facts::default();
        for asked in &needs.markers {
            facts.put(*asked, self.log.marker(asked));
        }
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
                Effect::Publish(events) => self.published.extend(events.iter().cloned()),
            }
        }
    }

    fn answered(&mut self, token: usize, told: Told<PersonCore>) {
        let request = &mut self.requests[token];
        request.outstanding = false;
        match told {
            Some(Ok(_)) => {
                assert!(request.is_own(), "I6: somebody marked what another reads");
                let read_by = self.log.read_by(&request.mark);
                if read_by == ReadBy::Mark {
                    self.tally.count("acknowledged");
                }
                request.answered.get_or_insert(read_by);
            }
            Some(Err(no @ (AskError::Poison | AskError::KeyReused))) => {
                panic!("{no:?}: no command here is faulty, and none has a key")
            }
            Some(Err(AskError::Refused(_))) => self.tally.count("kept out"),
            _ => {}
        }
    }
}
