//! One entity's life on this node: a thin shell that carries out what its writer says.
//!
//! A crash loses the queue and what the core remembers; both are asked for again. Nothing hangs on `post_stop`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_domain::ask::AskError;
use ajet_domain::event::Place;
use ajet_domain::journal::{Outcome, StreamPosition};
use ajet_domain::need::{Facts, Needs};
use ajet_domain::writer::{Core, Effect, Found, Told, Writer};
use ajet_protocol::Timestamp;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::crashes::Suspects;
use super::entity::{CommandOf, Entity, Services};
use crate::actors::universe::Real;
use crate::store::StoreError;
use crate::store::streams::Takeover;

/// A caller's answer still to come; holds its place at the gate.
pub struct Reply<E: Entity> {
    pub answer: oneshot::Sender<Told<E::Core>>,
    pub place: OwnedSemaphorePermit,
}

/// What an activation's mailbox takes.
pub enum Message<E: Entity> {
    /// A command with its deadline.
    Submit(Box<CommandOf<E>>, Reply<E>, Timestamp),
    Gathered(Option<Box<Facts>>),
    Appended(Outcome),
    Sighted(StreamPosition),
    /// The stream is not there any more: nothing can be decided here.
    Gone,
    /// Stop, if the activation has been idle for this long.
    Passivate(Duration),
    /// Finish what is under way and stop: the entity belongs elsewhere.
    HandOff,
    /// Panic, as a bug would (chaos).
    Panic,
}

/// The behaviour; all state is in [`State`].
pub struct Activation<E: Entity>(std::marker::PhantomData<E>);

impl<E: Entity> Default for Activation<E> {
    fn default() -> Self {
        Self(std::marker::PhantomData)
    }
}

/// How an activation begins.
pub struct Args<E: Entity> {
    pub id: E::Id,
    pub services: Arc<E::Services>,
    pub core: E::Core,
    pub takeover: Takeover,
    /// Where commands are noted before they are decided, while crashes are being looked into.
    pub suspects: Arc<Suspects>,
}

/// An activation's state.
pub struct State<E: Entity> {
    id: E::Id,
    place: Place,
    services: Arc<E::Services>,
    writer: Writer<E::Core, Reply<E>>,
    last_busy: Instant,
    suspects: Arc<Suspects>,
}

impl<E: Entity> Actor for Activation<E> {
    type Msg = Message<E>;
    type State = State<E>;
    type Arguments = Args<E>;

    async fn pre_start(
        &self,
        _: ActorRef<Message<E>>,
        birth: Args<E>,
    ) -> Result<State<E>, ActorProcessingErr> {
        let Args { id, services, core, takeover, suspects } = birth;
        let place = core.place();
        services.publish_backlog(place.topic, id.into(), takeover.head);
        let writer = Writer::new(core, id.into(), takeover.epoch, takeover.head);
        Ok(State { id, place, services, writer, last_busy: Instant::now(), suspects })
    }

    async fn handle(
        &self,
        myself: ActorRef<Message<E>>,
        message: Message<E>,
        state: &mut State<E>,
    ) -> Result<(), ActorProcessingErr> {
        let effects = match message {
            Message::Passivate(idle) => {
                state.passivate(&myself, idle);
                return Ok(());
            }
            Message::HandOff => state.writer.retire(&mut Real),
            Message::Panic => panic!("asked to panic"),
            Message::Submit(command, reply, deadline) => {
                state.suspects.take_in_hand(command.as_ref());
                state.step_into_trap(&command);
                state.writer.submit(*command, reply, deadline, &mut Real)
            }
            Message::Gathered(facts) => {
                state.decide(facts.map_or(Found::Away, |facts| Found::Looked(*facts)))
            }
            Message::Appended(outcome) => {
                if let Outcome::Committed { acl_version } = outcome {
                    state.services.heard(state.place.scope(), acl_version);
                }
                state.writer.appended(outcome, &mut Real)
            }
            Message::Sighted(sighting) => {
                state.services.heard(state.place.scope(), sighting.acl_version);
                state.writer.sighted(sighting, &mut Real)
            }
            Message::Gone => state.writer.step_aside(),
        };
        state.last_busy = Instant::now();
        state.carry_out(&myself, effects);
        Ok(())
    }
}

impl<E: Entity> State<E> {
    /// Panics on a command that is a trap, as a decision with a bug in it would.
    fn step_into_trap(&self, command: &CommandOf<E>) {
        if E::is_trap(&self.services, command) {
            self.suspects.deciding(true);
            panic!("stepped into a trap");
        }
    }

    /// Decides what waits: the one place where a command of somebody's can make us crash.
    fn decide(&mut self, found: Found) -> Vec<Effect<E::Core, Reply<E>>> {
        self.suspects.deciding(true);
        let effects = self.writer.gathered(found, &mut Real);
        self.suspects.deciding(false);
        effects
    }

    fn carry_out(&mut self, myself: &ActorRef<Message<E>>, effects: Vec<Effect<E::Core, Reply<E>>>) {
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Gather { needs, fresh: true } => self.gather(myself, *needs),
                Effect::Gather { needs, fresh: false } => {
                    match E::recall(&self.services, self.place, &needs) {
                        Some(facts) => effects.extend(self.decide(Found::Recalled(facts))),
                        None => self.gather(myself, *needs),
                    }
                }
                Effect::Append(append) => {
                    let myself = myself.clone();
                    let tell = move |outcome| drop(myself.cast(Message::Appended(outcome)));
                    E::append(&self.services, append, Box::new(tell));
                }
                Effect::Look => self.look(myself),
                Effect::Answer(reply, answer) => {
                    if matches!(answer, Some(Err(AskError::Poison))) {
                        tracing::error!(kind = E::NAME, id = %self.id, "a command can't be carried out, now or later");
                    }
                    // A caller that gave up needs no answer.
                    let _ = reply.answer.send(answer);
                }
                Effect::Publish(events) => self.services.publish(&events),
                Effect::StepAside => {
                    tracing::info!(kind = E::NAME, id = %self.id, "stepping aside");
                    myself.stop(None);
                }
            }
        }
    }

    fn gather(&self, myself: &ActorRef<Message<E>>, needs: Needs) {
        let (services, place, myself) = (Arc::clone(&self.services), self.place, myself.clone());
        tokio::spawn(async move {
            let facts = tokio::time::timeout(LOOKUP_WITHIN, E::gather(&services, place, needs)).await;
            let facts = facts.unwrap_or_else(|_| Err(StoreError::ended()));
            let facts =
                facts.inspect_err(|error| tracing::warn!(kind = E::NAME, %error, "lookup failed")).ok();
            let _ = myself.cast(Message::Gathered(facts.map(Box::new)));
        });
    }

    /// Reads the stream's position until the store answers: until then the append's outcome is unknown.
    fn look(&self, myself: &ActorRef<Message<E>>) {
        let (services, stream, head, myself) =
            (Arc::clone(&self.services), self.id.into(), self.writer.head(), myself.clone());
        tokio::spawn(async move {
            while myself.get_status() == ractor::ActorStatus::Running {
                let look = tokio::time::timeout(LOOKUP_WITHIN, services.sight(stream, head)).await;
                match look.unwrap_or_else(|_| Err(StoreError::ended())) {
                    Ok(Some(sighting)) => return drop(myself.cast(Message::Sighted(sighting))),
                    Ok(None) => return drop(myself.cast(Message::Gone)),
                    Err(error) => tracing::warn!(kind = E::NAME, %error, "can't look at the stream"),
                }
                tokio::time::sleep(RETRY).await;
            }
        });
    }

    fn passivate(&mut self, myself: &ActorRef<Message<E>>, idle: Duration) {
        if self.writer.is_idle() && self.last_busy.elapsed() >= idle {
            tracing::debug!(kind = E::NAME, id = %self.id, "passivating");
            myself.stop(None);
        }
    }
}

/// A lookup that takes longer is given up: the store hangs.
const LOOKUP_WITHIN: Duration = Duration::from_secs(5);
/// Between two tries while the store is away.
const RETRY: Duration = Duration::from_millis(100);
