//! What a host keeps of one entity, whether it is active or not: its activation, its gate, and its crashes.
//!
//! An entry outlives its activations, so that a restart knows of the crashes before. Which commands are let in is decided
//! here; what becomes of them is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::verb::RefusedOf;
use parking_lot::{Mutex, RwLock};
use ractor::{ActorId, ActorRef};
use tokio::sync::{MutexGuard, OwnedSemaphorePermit};

use super::activation::Message;
use super::crashes::{Crashes, Suspects};
use super::entity::{CommandOf, Entity};
use super::gate::Gate;

/// Why a kind of entity says no.
pub type Refused<E> = RefusedOf<<E as Entity>::Core>;

/// An entity's entry.
pub struct Entry<E: Entity> {
    /// How many tasks use it; raised under the lock of all entries, so that none comes while it is dropped.
    users: AtomicUsize,
    pub live: RwLock<Option<ActorRef<Message<E>>>>,
    pub gate: Gate,
    pub crashes: Mutex<Crashes>,
    /// Shared with the activation, which notes what it has in hand.
    pub suspects: Arc<Suspects>,
    /// Held by the one command that is let in while crashes are looked into.
    alone: tokio::sync::Mutex<()>,
    /// When the last activation began.
    pub since: Mutex<Instant>,
    /// When it was last served for another node.
    pub stood_in: Mutex<Option<Instant>>,
}

/// What a command holds that was let in.
pub struct Admitted<'a> {
    pub place: OwnedSemaphorePermit,
    /// The entity to itself, while its crashes are looked into.
    pub alone: Option<MutexGuard<'a, ()>>,
}

impl<E: Entity> Entry<E> {
    /// The entry of an entity that is not active; its gate has room for this many commands.
    pub fn new(mailbox: usize) -> Self {
        Self {
            users: AtomicUsize::new(0),
            live: RwLock::new(None),
            gate: Gate::new(mailbox),
            crashes: Mutex::default(),
            suspects: Arc::default(),
            alone: tokio::sync::Mutex::new(()),
            since: Mutex::new(Instant::now()),
            stood_in: Mutex::default(),
        }
    }

    /// Lets a command in, unless it is poison or the gate is full.
    pub async fn admit(&self, command: &CommandOf<E>) -> Result<Admitted<'_>, AskError<Refused<E>>> {
        if self.suspects.is_poison(command, Instant::now()) {
            return Err(AskError::Poison);
        }
        let Some(place) = self.gate.enter() else {
            metrics::counter!("ajet_mailbox_refused_total", "kind" => E::NAME).increment(1);
            return Err(AskError::Unavailable(Unavailable::Busy));
        };
        metrics::histogram!("ajet_mailbox_commands", "kind" => E::NAME).record(self.gate.waiting() as f64);
        let suspicious = self.crashes.lock().is_under_suspicion(Instant::now());
        self.suspects.watch(suspicious);
        // One by one while crashes are looked into: then it is plain which command they come from.
        let alone = if suspicious { Some(self.alone.lock().await) } else { None };
        Ok(Admitted { place, alone })
    }

    /// Lets go of an activation, if it is still this one.
    pub fn let_go_of(&self, actor: ActorId) {
        let mut live = self.live.write();
        if live.as_ref().is_some_and(|current| current.get_id() == actor) {
            *live = None;
        }
    }

    /// Whether no task uses it and no actor lives in it; `users` is raised under the lock of all entries.
    pub fn is_unused(&self) -> bool {
        self.users.load(Ordering::Acquire) == 0 && self.live.read().is_none()
    }
}

/// The use of an entry by one task: the entry is not dropped meanwhile.
pub struct Visit<E: Entity>(Arc<Entry<E>>);

impl<E: Entity> Visit<E> {
    /// Called with the lock of all entries held.
    pub fn begin(entry: &Arc<Entry<E>>) -> Self {
        entry.users.fetch_add(1, Ordering::Acquire);
        Self(Arc::clone(entry))
    }
}

impl<E: Entity> std::ops::Deref for Visit<E> {
    type Target = Entry<E>;
    fn deref(&self) -> &Entry<E> {
        &self.0
    }
}

impl<E: Entity> Drop for Visit<E> {
    fn drop(&mut self) {
        self.0.users.fetch_sub(1, Ordering::Release);
    }
}
