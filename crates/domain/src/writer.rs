//! One entity's writer, without IO: gathers commands while an append is out, decides them together, and never
//! acknowledges what is not durable.
//!
//! ```text
//!            submit                gathered               appended(Committed)
//!   Idle ───────────▶ Gathering ───────────▶ Appending ───────────────────────▶ Idle (next batch)
//!                         ▲                     │  StaleAcl, Spent: gather afresh, decide again
//!                         └─────────────────────┘  Fenced, Unknown: look at the stream, then
//!                                                  ours: committed · nothing there: decide again · else: step aside
//! ```
//!
//! The shell around it (an actor, or the simulator) carries out the [`Effect`]s and feeds back what came of them.
//! At most one effect that awaits an answer is out at any time.

use std::collections::VecDeque;
use std::sync::Arc;

use ajet_protocol::{Envelope, StreamId, Timestamp};

use crate::Universe;
use crate::journal::{AclCheck, Append, DuplicateKey, Outcome, StreamPosition};

/// What an entity decides, and how a committed change alters what it knows.
pub trait Core {
    type Command;
    /// Names what must be looked up before a command can be decided.
    type Needs;
    /// What was looked up.
    type Facts;
    type Change;
    type Answer;
    type Refusal;

    /// How many commands are decided together at most.
    const BATCH: usize;

    /// What must be known before these are decided; `fresh` when cached rights turned out stale.
    fn needs(&self, commands: &[&Self::Command], fresh: bool) -> Self::Needs;
    /// Decides one command on top of what this batch decided before it; its events are numbered from `turn.seq`.
    ///
    /// # Errors
    /// The domain's no.
    fn decide(
        &mut self,
        command: &Self::Command,
        turn: &mut Turn<'_, Self::Facts>,
    ) -> Result<Decision<Self>, Self::Refusal>;
    /// The ACL version the facts were read under.
    fn acl(&self, facts: &Self::Facts) -> AclCheck;
    /// The batch became durable (keep what it decided) or did not (forget it).
    fn settle(&mut self, committed: bool);
    /// Keys that turned out to be spent; the next gathering looks them up.
    fn spent(&mut self, keys: Vec<DuplicateKey>);
    /// What a named constraint of the store means here.
    fn constraint(name: &str) -> Self::Refusal;
}

/// What a decision may look at.
pub struct Turn<'a, F> {
    pub facts: &'a F,
    /// The number of the next event on the stream.
    pub seq: u64,
    pub universe: &'a mut dyn Universe,
}

/// What one command leads to.
#[derive(Debug)]
pub struct Decision<C: Core + ?Sized> {
    /// Events, numbered without a hole from the turn's `seq`.
    pub events: Vec<Envelope>,
    pub changes: Vec<C::Change>,
    pub answer: C::Answer,
}

/// Why a command got no answer of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<R> {
    /// The domain said no.
    Refused(R),
    /// Another activation owns the entity; ask again with the same idempotency key.
    Moved,
    /// The store could not be asked.
    StoreAway,
    /// The caller's deadline passed before its turn came; nothing was done.
    Expired,
    /// The store can't take what the command leads to; nothing was done.
    Failed,
}

/// What the shell is to do.
#[derive(Debug)]
pub enum Effect<C: Core, T> {
    /// Look these up, then [`Writer::gathered`].
    Gather(C::Needs),
    /// Commit this, then [`Writer::appended`].
    Append(Append<C::Change>),
    /// Look at the stream, then [`Writer::sighted`].
    Look,
    /// Answer a caller.
    Answer(T, Result<C::Answer, Failure<C::Refusal>>),
    /// Durable events, in order: deliver and publish them.
    Publish(Arc<Vec<Envelope>>),
    /// Stop, emitting nothing more: another activation has taken over, or must read afresh what is stored.
    StepAside,
}

/// What came of a lookup.
#[derive(Debug)]
pub enum Found<F> {
    /// Read just now.
    Looked(F),
    /// Remembered: good enough to accept on, since the fence checks it, not to refuse on.
    Recalled(F),
    /// The store could not be asked.
    Away,
}

struct Waiting<C: Core, T> {
    command: C::Command,
    token: T,
    deadline: Timestamp,
}

struct Batch<C: Core, T> {
    commands: Vec<Waiting<C, T>>,
    answers: Vec<C::Answer>,
    /// Where the batch begins, to recognise it by after an unknown outcome.
    first: Option<ajet_protocol::EventId>,
    events: Arc<Vec<Envelope>>,
}

enum Phase<C: Core, T> {
    Idle,
    Gathering(Vec<Waiting<C, T>>),
    Appending(Batch<C, T>),
    Looking(Batch<C, T>),
    Stopped,
}

/// The writer of one entity; `T` is the shell's handle for answering a command.
pub struct Writer<C: Core, T> {
    core: C,
    stream: StreamId,
    epoch: u64,
    head: u64,
    waiting: VecDeque<Waiting<C, T>>,
    phase: Phase<C, T>,
    fresh: bool,
    /// So many batches are of one command, to find the one that the store can't take.
    singly: usize,
    /// The entity belongs elsewhere: what is under way is finished, and nothing begun.
    retiring: bool,
}

impl<C: Core, T> Writer<C, T> {
    /// A writer that took the stream over at `epoch` and `head`.
    pub fn new(core: C, stream: StreamId, epoch: u64, head: u64) -> Self {
        Self {
            core,
            stream,
            epoch,
            head,
            waiting: VecDeque::new(),
            phase: Phase::Idle,
            fresh: false,
            singly: 0,
            retiring: false,
        }
    }

    /// The number of the stream's last durable event that this writer knows of.
    pub fn head(&self) -> u64 {
        self.head
    }

    /// The epoch under which this writer appends.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether nothing waits and nothing is out.
    pub fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle) && self.waiting.is_empty()
    }

    /// Takes a command; one whose deadline has passed when its turn comes is dropped unexecuted.
    pub fn submit(
        &mut self,
        command: C::Command,
        token: T,
        deadline: Timestamp,
        universe: &mut dyn Universe,
    ) -> Vec<Effect<C, T>> {
        if matches!(self.phase, Phase::Stopped) {
            return vec![Effect::Answer(token, Err(Failure::Moved))];
        }
        self.waiting.push_back(Waiting { command, token, deadline });
        self.next_batch(universe)
    }

    /// Finishes what is under way, begins nothing more, and steps aside: everybody who waits is sent on.
    pub fn retire(&mut self, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        self.retiring = true;
        self.next_batch(universe)
    }

    /// Leaves a phase for [`Phase::Idle`]; from any other one an answer comes too late, and changes nothing.
    fn leave<B>(&mut self, pick: impl FnOnce(Phase<C, T>) -> Result<B, Phase<C, T>>) -> Option<B> {
        match pick(std::mem::replace(&mut self.phase, Phase::Idle)) {
            Ok(out) => Some(out),
            Err(other) => {
                self.phase = other;
                None
            }
        }
    }

    /// Begins the next batch where none is under way.
    fn next_batch(&mut self, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        if !matches!(self.phase, Phase::Idle) {
            return Vec::new();
        }
        if self.retiring {
            return self.step_aside();
        }
        let now = universe.now();
        let (mut batch, mut effects) = (Vec::new(), Vec::new());
        let most = if self.singly > 0 { 1 } else { C::BATCH };
        self.singly = self.singly.saturating_sub(1);
        while batch.len() < most
            && let Some(next) = self.waiting.pop_front()
        {
            if next.deadline > now {
                batch.push(next);
            } else {
                effects.push(Effect::Answer(next.token, Err(Failure::Expired)));
            }
        }
        if batch.is_empty() {
            return effects;
        }
        let commands: Vec<_> = batch.iter().map(|one| &one.command).collect();
        let needs = self.core.needs(&commands, std::mem::take(&mut self.fresh));
        self.phase = Phase::Gathering(batch);
        effects.push(Effect::Gather(needs));
        effects
    }

    /// Takes what was looked up and decides the batch.
    ///
    /// The fence keeps an acceptance on stale facts from becoming durable; nothing would keep a refusal, so one that
    /// rests on remembered facts is looked at again.
    pub fn gathered(&mut self, found: Found<C::Facts>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        let Some(commands) = self.leave(|phase| match phase {
            Phase::Gathering(commands) => Ok(commands),
            other => Err(other),
        }) else {
            return Vec::new();
        };
        let (facts, fresh) = match found {
            Found::Looked(facts) => (Some(facts), true),
            Found::Recalled(facts) => (Some(facts), false),
            Found::Away => (None, true),
        };
        let Some(facts) = facts else {
            let away = |one: Waiting<C, T>| Effect::Answer(one.token, Err(Failure::StoreAway));
            let mut effects: Vec<_> = commands.into_iter().map(away).collect();
            effects.extend(self.next_batch(universe));
            return effects;
        };
        let mut effects = Vec::new();
        let mut batch =
            Batch { commands: Vec::new(), answers: Vec::new(), first: None, events: Arc::default() };
        let (mut changes, mut events, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
        for one in commands {
            let seq = self.head + 1 + events.len() as u64;
            match self.core.decide(&one.command, &mut Turn { facts: &facts, seq, universe }) {
                // What changes nothing is not checked by the fence either.
                Ok(decision) if !fresh && decision.changes.is_empty() => doubtful.push(one),
                Ok(decision) => {
                    events.extend(decision.events);
                    changes.extend(decision.changes);
                    batch.answers.push(decision.answer);
                    batch.commands.push(one);
                }
                Err(_) if !fresh => doubtful.push(one),
                Err(refusal) => effects.push(Effect::Answer(one.token, Err(Failure::Refused(refusal)))),
            }
        }
        self.fresh |= !doubtful.is_empty();
        self.put_back(doubtful);
        batch.events = Arc::new(events);
        effects.extend(self.send(batch, changes, &facts, universe));
        effects
    }

    fn send(
        &mut self,
        mut batch: Batch<C, T>,
        changes: Vec<C::Change>,
        facts: &C::Facts,
        universe: &mut dyn Universe,
    ) -> Vec<Effect<C, T>> {
        if batch.events.is_empty() && changes.is_empty() {
            return self.finish(batch, universe);
        }
        batch.first = batch.events.first().map(|event| event.id);
        let append = Append {
            stream: self.stream,
            epoch: self.epoch,
            head: self.head,
            acl: self.core.acl(facts),
            events: Arc::clone(&batch.events),
            changes,
        };
        self.phase = Phase::Appending(batch);
        vec![Effect::Append(append)]
    }

    /// Takes what became of the append.
    pub fn appended(&mut self, outcome: Outcome, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        let Some(batch) = self.leave(|phase| match phase {
            Phase::Appending(batch) => Ok(batch),
            other => Err(other),
        }) else {
            return Vec::new();
        };
        match outcome {
            Outcome::Committed => self.commit(batch, universe),
            Outcome::StaleAcl => {
                self.fresh = true;
                self.again(batch, universe)
            }
            Outcome::Spent(keys) => {
                self.core.settle(false);
                self.core.spent(keys);
                self.requeue(batch);
                self.next_batch(universe)
            }
            // One of them broke it; the others must not be refused for it.
            Outcome::Constraint(_) if batch.commands.len() > 1 => self.isolate(batch, universe),
            Outcome::Constraint(name) => {
                self.core.settle(false);
                let refuse = |one: Waiting<C, T>| {
                    Effect::Answer(one.token, Err(Failure::Refused(C::constraint(&name))))
                };
                let mut effects: Vec<_> = batch.commands.into_iter().map(refuse).collect();
                effects.extend(self.next_batch(universe));
                effects
            }
            Outcome::Failed => self.isolate(batch, universe),
            Outcome::Fenced | Outcome::Unknown => {
                self.phase = Phase::Looking(batch);
                vec![Effect::Look]
            }
        }
    }

    /// Takes a look at the stream after a doubtful outcome.
    pub fn sighted(&mut self, sighting: StreamPosition, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        let Some(batch) = self.leave(|phase| match phase {
            Phase::Looking(batch) => Ok(batch),
            other => Err(other),
        }) else {
            return Vec::new();
        };
        let ours = batch.first.is_some() && sighting.next == batch.first;
        let still_owner = sighting.epoch == self.epoch;
        if still_owner && ours {
            return self.commit(batch, universe);
        }
        if still_owner && sighting.head == self.head && batch.first.is_some() {
            return self.again(batch, universe);
        }
        // Either another activation owns the stream, or an append of ours that was given up came through after all (or one
        // without events, which leaves no trace there): what this core knows is behind what is stored, and the next
        // activation reads it afresh.
        let mut effects = if ours { self.conclude(batch) } else { moved(batch.commands) };
        effects.extend(self.step_aside());
        effects
    }

    /// Stops: everybody who waits is sent on to the true owner.
    pub fn step_aside(&mut self) -> Vec<Effect<C, T>> {
        let mut effects: Vec<_> = match std::mem::replace(&mut self.phase, Phase::Stopped) {
            Phase::Gathering(commands) => moved(commands),
            Phase::Appending(batch) | Phase::Looking(batch) => moved(batch.commands),
            Phase::Idle | Phase::Stopped => Vec::new(),
        };
        effects.extend(self.waiting.drain(..).map(|one| Effect::Answer(one.token, Err(Failure::Moved))));
        effects.push(Effect::StepAside);
        effects
    }

    fn commit(&mut self, batch: Batch<C, T>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        self.head += batch.events.len() as u64;
        self.finish(batch, universe)
    }

    fn finish(&mut self, batch: Batch<C, T>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        self.core.settle(true);
        let mut effects = self.conclude(batch);
        effects.extend(self.next_batch(universe));
        effects
    }

    fn conclude(&mut self, batch: Batch<C, T>) -> Vec<Effect<C, T>> {
        let mut effects = Vec::with_capacity(batch.commands.len() + 1);
        let answers = batch.commands.into_iter().zip(batch.answers);
        effects.extend(answers.map(|(one, answer)| Effect::Answer(one.token, Ok(answer))));
        if !batch.events.is_empty() {
            effects.push(Effect::Publish(batch.events));
        }
        effects
    }

    /// Decides a batch that the store can't take one by one; the one that it can't take alone is the culprit.
    fn isolate(&mut self, mut batch: Batch<C, T>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        if batch.commands.len() > 1 {
            self.singly = batch.commands.len();
            return self.again(batch, universe);
        }
        self.core.settle(false);
        let failed = batch.commands.drain(..).map(|one| Effect::Answer(one.token, Err(Failure::Failed)));
        let mut effects: Vec<_> = failed.collect();
        effects.extend(self.next_batch(universe));
        effects
    }

    fn again(&mut self, batch: Batch<C, T>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        self.core.settle(false);
        self.requeue(batch);
        self.next_batch(universe)
    }

    fn requeue(&mut self, batch: Batch<C, T>) {
        self.put_back(batch.commands);
    }

    fn put_back(&mut self, commands: Vec<Waiting<C, T>>) {
        for one in commands.into_iter().rev() {
            self.waiting.push_front(one);
        }
    }
}

fn moved<C: Core, T>(commands: Vec<Waiting<C, T>>) -> Vec<Effect<C, T>> {
    commands.into_iter().map(|one| Effect::Answer(one.token, Err(Failure::Moved))).collect()
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
