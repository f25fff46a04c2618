//! The writer's states.
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

use ajet_protocol::{Addressed, EventId, StreamId, Timestamp, UserId};

use super::batch::{Batch, Draft, Waiting};
use super::{AuditRow, Core, Decision, Effect, Found, SpentKey, Told, Turn};
use crate::Universe;
use crate::ask::{AskError, Unavailable};
use crate::asked::Asked;
use crate::event::{Emit, Numbered, addressed};
use crate::journal::{AclCheck, Append, DuplicateKey, Outcome, StreamPosition};
use crate::need::{Ask, Facts, Needs, PriorOf};
use crate::verb::{AnswerOf, RefusedOf, Verbs};

/// How a command was decided.
enum Step<A> {
    Changed(A),
    Unchanged(A),
    /// By its key; what a key made never changes.
    Repeated(A),
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
    /// Batches still to be run one command at a time, to isolate the one that the store can't take.
    singly: usize,
    /// Keys that the store found spent: what they made is looked up with the next batch.
    spent: Vec<DuplicateKey>,
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
            spent: Vec::new(),
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
        asked: Asked<C::Command>,
        token: T,
        deadline: Timestamp,
        universe: &mut dyn Universe,
    ) -> Vec<Effect<C, T>> {
        if matches!(self.phase, Phase::Stopped) {
            return vec![Effect::Answer(token, None)];
        }
        self.waiting.push_back(Waiting { asked, token, deadline });
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
                effects.push(Effect::Answer(next.token, unavailable::<C>(Unavailable::NoAnswer)));
            }
        }
        if batch.is_empty() {
            // Nothing waits. Most entities are idle at any time, and each would keep the room of its longest queue.
            self.waiting = VecDeque::new();
            return effects;
        }
        let (needs, fresh) = (self.needs(&batch), std::mem::take(&mut self.fresh));
        self.phase = Phase::Gathering(batch);
        effects.push(Effect::Gather { needs: Box::new(needs), fresh });
        effects
    }

    fn needs(&self, batch: &[Waiting<C, T>]) -> Needs {
        let (mut needs, looks_keys_up) = (Needs::default(), self.core.looks_keys_up());
        for Waiting { asked, .. } in batch {
            asked.verb.needs(&self.core, &asked.by, &mut needs);
            let looks_up = looks_keys_up || asked.verb.looks_key_up();
            if looks_up && let Some(key) = stored_key(asked) {
                needs.ask(PriorOf(key));
            }
        }
        self.spent.iter().for_each(|key| needs.ask(PriorOf(key.clone())));
        self.core.narrow(&mut needs);
        needs
    }

    /// Takes what was looked up and decides the batch.
    ///
    /// The fence keeps an acceptance on stale facts from becoming durable; nothing would keep a refusal, so one that
    /// rests on remembered facts is looked at again.
    pub fn gathered(&mut self, found: Found, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        let Some(commands) = self.leave(|phase| match phase {
            Phase::Gathering(commands) => Ok(commands),
            other => Err(other),
        }) else {
            return Vec::new();
        };
        let (facts, fresh) = match found {
            Found::Looked(facts) => (facts, true),
            Found::Recalled(facts) => (facts, false),
            Found::Away => {
                let away =
                    |one: Waiting<C, T>| Effect::Answer(one.token, unavailable::<C>(Unavailable::StoreAway));
                let mut effects: Vec<_> = commands.into_iter().map(away).collect();
                effects.extend(self.next_batch(universe));
                return effects;
            }
        };
        let (mut effects, mut doubtful) = (Vec::new(), Vec::new());
        let (mut draft, mut batch) = (Draft::<C>::new(), Batch::<C, T>::new());
        for one in commands {
            let decided = self.decide(&one.asked, &facts, &mut draft, universe);
            match decided {
                // Only a refusal lacks an answer: what it is decided on next time has it.
                Err(_) if self.core.take_lack() => doubtful.push(one),
                // What changes nothing is not checked by the fence either.
                Ok(Step::Unchanged(_)) if !fresh => doubtful.push(one),
                Ok(Step::Unchanged(answer) | Step::Changed(answer) | Step::Repeated(answer)) => {
                    batch.answers.push(answer);
                    batch.commands.push(one);
                }
                Err(no) if !fresh && !matches!(no, AskError::Poison) => doubtful.push(one),
                Err(no) => effects.push(Effect::Answer(one.token, Some(Err(no)))),
            }
        }
        if fresh {
            // Only now: what it learns may push out what the questions of this batch left to its memory.
            self.core.learn(&facts);
        }
        self.fresh |= !doubtful.is_empty();
        self.put_back(doubtful);
        effects.extend(self.send(batch, draft, &facts, universe));
        effects
    }

    /// Decides one command, and adds what it leads to.
    fn decide(
        &mut self,
        asked: &Asked<C::Command>,
        facts: &Facts,
        draft: &mut Draft<C>,
        universe: &mut dyn Universe,
    ) -> Result<Step<AnswerOf<C>>, AskError<RefusedOf<C>>> {
        let key = stored_key(asked);
        if asked.verb.keys().is_some() && key.is_none() {
            // A fault of ours: what is made without a key could be made twice.
            return Err(AskError::Poison);
        }
        if let Some(answer) = self.repeated(asked, key.as_ref(), facts)? {
            return Ok(Step::Repeated(answer));
        }
        let (seq, now) = (self.head + 1 + draft.events.len() as u64, universe.now());
        let mut turn = Turn { by: &asked.by, key: asked.key.as_ref(), facts, seq, now, universe };
        let decided = asked.verb.decide(&mut self.core, &mut turn);
        if facts.take_unasked() {
            // A fault of ours: the verb read what it had not asked for, and decided on nothing.
            return Err(AskError::Poison);
        }
        let mut decision = decided.map_err(AskError::Refused)?;
        if key.is_some() && decision.made.is_none() && !decision.changes.is_empty() {
            // A fault of ours: the key would not be spent.
            return Err(AskError::Poison);
        }
        if !decision.events.iter().all(Emit::fits) {
            return Err(AskError::TooLarge);
        }
        // Under a key something is made: the key is to be spent.
        if decision.changes.is_empty() && decision.events.is_empty() && decision.made.is_none() {
            return Ok(Step::Unchanged(decision.answer));
        }
        let emitted = std::mem::take(&mut decision.events);
        let Some(events) = self.address(emitted, seq, asked.by.id(), (now, universe)) else {
            // A fault of ours: an event lacks what its type's audience needs.
            return Err(AskError::Poison);
        };
        self.spend_key(asked, key, &mut decision, now);
        self.add_to_audit_log(asked, facts, &mut decision, (now, universe));
        self.core.note(&decision.changes);
        draft.events.extend(events);
        draft.raise(decision.raises);
        draft.changes.extend(decision.changes);
        Ok(Step::Changed(decision.answer))
    }

    /// Numbers events from `seq` on, and addresses them; `None` where one can't be addressed.
    fn address(
        &mut self,
        emitted: Vec<Emit>,
        seq: u64,
        actor: UserId,
        (at, universe): (Timestamp, &mut dyn Universe),
    ) -> Option<Vec<Addressed>> {
        let place = self.core.place();
        let number = |(seq, emit): (u64, Emit)| {
            let id = EventId(self.core.mint().next(at, universe.entropy()));
            addressed(place, emit, Numbered { id, seq, at, actor })
        };
        (seq..).zip(emitted).map(number).collect()
    }

    /// The answer to a repetition under a key that made something before.
    fn repeated(
        &self,
        asked: &Asked<C::Command>,
        key: Option<&DuplicateKey>,
        facts: &Facts,
    ) -> Result<Option<AnswerOf<C>>, AskError<RefusedOf<C>>> {
        let Some(prior) = key.and_then(|key| self.core.prior(key, facts)) else { return Ok(None) };
        match &asked.key {
            Some(key) if key.matches(prior.fingerprint) => Ok(asked.verb.replayed(prior.object)),
            _ => Err(AskError::KeyReused),
        }
    }

    /// The row of its key, which no verb writes itself.
    fn spend_key(
        &self,
        asked: &Asked<C::Command>,
        key: Option<DuplicateKey>,
        decision: &mut Decision<C::Change, AnswerOf<C>>,
        at: Timestamp,
    ) {
        if let (Some(key), Some(given), Some(object)) = (key, &asked.key, decision.made) {
            let spent = SpentKey { key, object, fingerprint: given.kept(), at };
            decision.changes.extend(self.core.spend(spent));
        }
    }

    /// Its place in the audit log, which no verb writes itself.
    fn add_to_audit_log(
        &mut self,
        asked: &Asked<C::Command>,
        facts: &Facts,
        decision: &mut Decision<C::Change, AnswerOf<C>>,
        (at, universe): (Timestamp, &mut dyn Universe),
    ) {
        let audit = asked.verb.audit();
        if let Some(audit) = audit.filter(|audit| self.core.is_audited(audit, asked.by.id(), facts)) {
            let id = self.core.mint().next(at, universe.entropy());
            let (made, changes) = (decision.made, decision.changes.len());
            let row = AuditRow { id, actor: asked.by.id(), at, audit, made, changes };
            decision.changes.extend(self.core.audited(row));
        }
    }

    fn send(
        &mut self,
        mut batch: Batch<C, T>,
        draft: Draft<C>,
        facts: &Facts,
        universe: &mut dyn Universe,
    ) -> Vec<Effect<C, T>> {
        if draft.events.is_empty() && draft.changes.is_empty() {
            return self.finish(batch, universe);
        }
        batch.first = draft.events.first().map(|one| one.event.id);
        batch.events = Arc::new(draft.events);
        let scope = self.core.place().scope();
        let append = Append {
            stream: self.stream,
            epoch: self.epoch,
            head: self.head,
            founds: false,
            acl: AclCheck { scope, rests_on: facts.rests_on(scope) },
            events: Arc::clone(&batch.events),
            changes: draft.changes,
            raises: draft.raises,
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
            Outcome::Committed { acl_version } => self.commit(batch.stamped(acl_version), universe),
            Outcome::StaleAcl => {
                self.fresh = true;
                self.again(batch, universe)
            }
            Outcome::Spent(keys) => {
                // Beside those found before: a key that is forgotten is found spent again, and two of them take turns for ever.
                self.spent.extend(keys);
                self.again(batch, universe)
            }
            // One of them broke it; the others must not be refused for it.
            Outcome::Constraint(_) if batch.commands.len() > 1 => self.isolate(batch, universe),
            Outcome::Constraint(name) => {
                self.core.settle(false);
                let refuse = |one: Waiting<C, T>| {
                    let refusal = one.asked.verb.constraint(&name);
                    Effect::Answer(one.token, Some(Err(refusal.map_or(AskError::Poison, AskError::Refused))))
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
            return self.commit(batch.stamped(sighting.acl_version), universe);
        }
        if still_owner && sighting.head == self.head && batch.first.is_some() {
            return self.again(batch, universe);
        }
        // Either another activation owns the stream, or an append of ours that was given up came through after all (or one
        // without events, which leaves no trace there): what this core knows is behind what is stored, and the next
        // activation reads it afresh.
        let mut effects =
            if ours { self.conclude(batch.stamped(sighting.acl_version)) } else { moved(batch.commands) };
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
        effects.extend(self.waiting.drain(..).map(|one| Effect::Answer(one.token, None)));
        effects.push(Effect::StepAside);
        effects
    }

    fn commit(&mut self, batch: Batch<C, T>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        self.head += batch.events.len() as u64;
        self.finish(batch, universe)
    }

    fn finish(&mut self, batch: Batch<C, T>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        self.core.settle(true);
        self.spent = Vec::new();
        let mut effects = self.conclude(batch);
        effects.extend(self.next_batch(universe));
        effects
    }

    fn conclude(&mut self, batch: Batch<C, T>) -> Vec<Effect<C, T>> {
        let mut effects = Vec::with_capacity(batch.commands.len() + 1);
        let answers = batch.commands.into_iter().zip(batch.answers);
        effects.extend(answers.map(|(one, answer)| Effect::Answer(one.token, Some(Ok(answer)))));
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
        let failed =
            batch.commands.drain(..).map(|one| Effect::Answer(one.token, Some(Err(AskError::Poison))));
        let mut effects: Vec<_> = failed.collect();
        effects.extend(self.next_batch(universe));
        effects
    }

    fn again(&mut self, batch: Batch<C, T>, universe: &mut dyn Universe) -> Vec<Effect<C, T>> {
        self.core.settle(false);
        self.put_back(batch.commands);
        self.next_batch(universe)
    }

    fn put_back(&mut self, commands: Vec<Waiting<C, T>>) {
        for one in commands.into_iter().rev() {
            self.waiting.push_front(one);
        }
    }
}

fn moved<C: Core, T>(commands: Vec<Waiting<C, T>>) -> Vec<Effect<C, T>> {
    commands.into_iter().map(|one| Effect::Answer(one.token, None)).collect()
}

/// The key of a command as it is stored; `None` where the command has none, or makes nothing.
fn stored_key<V: Verbs>(asked: &Asked<V>) -> Option<DuplicateKey> {
    let (key, keys) = asked.key.as_ref().zip(asked.verb.keys())?;
    Some(keys.stored(asked.by.id(), &key.text))
}

fn unavailable<C: Core>(why: Unavailable) -> Told<C> {
    Some(Err(AskError::Unavailable(why)))
}
