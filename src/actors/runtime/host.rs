//! A node's activations of one kind: asked through a gate, found or made, supervised.
//!
//! ```text
//!   ask ─▶ admit (entry.rs) ─▶ locate (activate.rs) ─▶ submit ─▶ answer
//! ```
//!
//! A command waits for its answer until the activation ends, and no longer; the caller brings the deadline. The host does not
//! decide where an entity belongs: it serves what it is asked for, and hands off what it is told to (`handoff.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ajet_domain::ask::AskError;
use ajet_domain::verb::AnswerOf;
use ajet_domain::writer::Told;
use ajet_protocol::Timestamp;
use ractor::ActorRef;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::activation::{Message, Reply};
use super::entity::{CommandOf, Entity};
use super::entries::Entries;
use super::entry::{Admitted, Entry, Refused};
use super::registry::Registry;
use crate::clock;

/// Limits of a host.
#[derive(Debug, Clone, Copy)]
pub struct HostSettings {
    /// Commands that may wait at one entity.
    pub mailbox: usize,
    /// How long an idle entity stays.
    pub idle: Duration,
}

/// What a kind of entity answers, or why not.
type Asked<E> = Result<AnswerOf<<E as Entity>::Core>, AskError<Refused<E>>>;

/// The host of one kind; cheap to clone.
pub struct Host<E: Entity>(pub(super) Arc<Inner<E>>);

impl<E: Entity> Clone for Host<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

pub(super) struct Inner<E: Entity> {
    pub services: Arc<E::Services>,
    pub settings: HostSettings,
    pub entries: Entries<E>,
    pub registry: Registry<E::Id>,
    pub crashes: AtomicU64,
    /// Commands answered so far, and the microseconds they took.
    pub answered: AtomicU64,
    pub answering_us: AtomicU64,
}

impl<E: Entity> Host<E> {
    /// Starts a host with its supervisor and the timer that passivates.
    ///
    /// # Errors
    /// When the supervisor can't be spawned.
    pub async fn start(services: Arc<E::Services>, settings: HostSettings) -> Result<Self, ractor::SpawnErr> {
        let host = Self(Arc::new(Inner {
            services,
            settings,
            entries: Entries::new(settings.mailbox),
            registry: Registry::default(),
            crashes: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            answering_us: AtomicU64::new(0),
        }));
        let told = host.clone();
        host.0.registry.supervise(move |actor, end| told.ended(actor, end)).await?;
        tokio::spawn(host.clone().passivate_idle());
        Ok(host)
    }

    /// Asks an entity, active here or made so, to carry out a command before the deadline. `None`: the activation ended
    /// before it answered; the next one decides it, and the command's key keeps it from being done twice.
    pub async fn ask(&self, id: E::Id, command: &CommandOf<E>, deadline: Instant) -> Option<Asked<E>> {
        let entry = self.0.entries.visit(id);
        let asked = self.ask_at(id, &entry, command, deadline).await;
        drop(entry);
        if matches!(asked, Some(Err(AskError::NoSuchEntity))) {
            self.0.entries.drop_idle(id);
        }
        asked
    }

    async fn ask_at(
        &self,
        id: E::Id,
        entry: &Entry<E>,
        command: &CommandOf<E>,
        deadline: Instant,
    ) -> Option<Asked<E>> {
        let Admitted { place, alone: _alone } = match entry.admit(command).await {
            Ok(admitted) => admitted,
            Err(error) => return Some(Err(error)),
        };
        let actor = match self.live(id, entry).await {
            Ok(actor) => actor,
            Err(error) => return Some(Err(error)),
        };
        let asked = match submit(&actor, command, place, deadline) {
            Some(decided) => self.answer(decided).await,
            None => None,
        };
        if asked.is_none() {
            entry.let_go_of(actor.get_id());
            // It may still run, and gets no more commands.
            actor.stop(None);
        }
        asked
    }

    /// Waits for the decision. `None`: the activation ended first, or the entity lives elsewhere by now.
    async fn answer(&self, decided: oneshot::Receiver<Told<E::Core>>) -> Option<Asked<E>> {
        let asked = Instant::now();
        let decided = decided.await;
        self.0.answered.fetch_add(1, Ordering::Relaxed);
        let took = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.0.answering_us.fetch_add(took, Ordering::Relaxed);
        decided.ok().flatten()
    }
}

/// Puts a command into an activation's mailbox; where the decision will come. `None` if the activation has ended.
fn submit<E: Entity>(
    actor: &ActorRef<Message<E>>,
    command: &CommandOf<E>,
    place: OwnedSemaphorePermit,
    deadline: Instant,
) -> Option<oneshot::Receiver<Told<E::Core>>> {
    let (answer, decided) = oneshot::channel();
    let message: Message<E> =
        Message::Submit(Box::new(command.clone()), Reply { answer, place }, time_of(deadline));
    actor.cast(message).is_ok().then_some(decided)
}

/// A deadline by the time of day, as the writer takes it.
fn time_of(deadline: Instant) -> Timestamp {
    let left = deadline.saturating_duration_since(Instant::now());
    Timestamp::from_unix_millis(clock::now().unix_millis() + u64::try_from(left.as_millis()).unwrap_or(0))
}
