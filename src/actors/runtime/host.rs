//! A node's activations of one kind: found or made, one at a time per entity; supervised; asked through a gate.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::writer::{Core, Failure};
use ajet_protocol::mint::Mint;
use parking_lot::{Mutex, RwLock};
use ractor::{Actor, ActorId, ActorRef};
use tokio::sync::{Semaphore, oneshot};

use super::activation::{Activation, Args, Message, Reply};
use super::entity::{Entity, Services};
use super::record::{Record, Suspects};
use super::supervisor::{End, supervise};
use crate::clock;

/// Limits of a host.
#[derive(Debug, Clone, Copy)]
pub struct HostSettings {
    /// Commands that may wait at one entity.
    pub mailbox: usize,
    /// How long an idle entity stays.
    pub idle: Duration,
}

/// What operators see of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityInfo {
    pub waiting: usize,
    pub restarts: u64,
    pub uptime: Duration,
}

type Asked<E> =
    Result<<<E as Entity>::Core as Core>::Answer, AskError<<<E as Entity>::Core as Core>::Refusal>>;

struct Entry<E: Entity> {
    /// How many are at it; raised under the lock of all entries, so that none comes while it is dropped.
    users: AtomicUsize,
    live: RwLock<Option<ActorRef<Message<E>>>>,
    activating: tokio::sync::Mutex<()>,
    gate: Arc<Semaphore>,
    record: Mutex<Record>,
    suspects: Arc<Suspects>,
    alone: tokio::sync::Mutex<()>,
    /// When the last activation began.
    since: Mutex<Instant>,
    /// When it was last served for another node.
    stood_in: Mutex<Option<Instant>>,
}

impl<E: Entity> Entry<E> {
    /// Whether no task uses it and no actor lives in it; `users` is raised under the lock of all entries.
    fn is_unused(&self) -> bool {
        self.users.load(Ordering::Acquire) == 0 && self.live.read().is_none()
    }
}

/// Somebody who is at an entry: it stays for as long.
struct Visit<E: Entity>(Arc<Entry<E>>);

impl<E: Entity> std::ops::Deref for Visit<E> {
    type Target = Arc<Entry<E>>;
    fn deref(&self) -> &Arc<Entry<E>> {
        &self.0
    }
}

impl<E: Entity> Drop for Visit<E> {
    fn drop(&mut self) {
        self.0.users.fetch_sub(1, Ordering::Release);
    }
}

/// The host of one kind; cheap to clone.
pub struct Host<E: Entity>(Arc<Inner<E>>);

impl<E: Entity> Clone for Host<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Inner<E: Entity> {
    services: Arc<E::Services>,
    settings: HostSettings,
    entries: RwLock<HashMap<E::Id, Arc<Entry<E>>>>,
    /// Which entity an actor is, for its supervisor.
    actors: Mutex<HashMap<ActorId, E::Id>>,
    supervisor: std::sync::OnceLock<ActorRef<()>>,
    crashes: AtomicU64,
    /// Commands answered so far, and the microseconds they took.
    answered: AtomicU64,
    answering_us: AtomicU64,
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
            entries: RwLock::new(HashMap::new()),
            actors: Mutex::new(HashMap::new()),
            supervisor: std::sync::OnceLock::new(),
            crashes: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            answering_us: AtomicU64::new(0),
        }));
        let told = host.clone();
        let supervisor = supervise(move |actor, end| told.ended(actor, end)).await?;
        let _ = host.0.supervisor.set(supervisor);
        tokio::spawn(host.clone().passivate_idle());
        Ok(host)
    }

    /// Asks an entity, active here or made so, to carry out a command before the deadline. `None`: the activation ended
    /// before it answered; the next one decides it, and the command's key keeps it from being done twice.
    pub async fn ask(
        &self,
        id: E::Id,
        command: &<E::Core as Core>::Command,
        deadline: Instant,
    ) -> Option<Asked<E>> {
        let entry = self.entry(id);
        let asked = self.ask_at(id, &entry, command, deadline).await;
        drop(entry);
        if matches!(asked, Some(Err(AskError::NoSuchEntity))) {
            self.drop_idle_entry(id);
        }
        asked
    }

    async fn ask_at(
        &self,
        id: E::Id,
        entry: &Arc<Entry<E>>,
        command: &<E::Core as Core>::Command,
        deadline: Instant,
    ) -> Option<Asked<E>> {
        if entry.suspects.is_poison(command, Instant::now()) {
            return Some(Err(AskError::Poison));
        }
        let Ok(place) = Arc::clone(&entry.gate).try_acquire_owned() else {
            metrics::counter!("ajet_mailbox_refused_total", "kind" => E::NAME).increment(1);
            return Some(Err(AskError::Unavailable(Unavailable::Busy)));
        };
        let waiting = self.waiting_at(entry);
        metrics::histogram!("ajet_mailbox_commands", "kind" => E::NAME).record(waiting as f64);
        let suspicious = entry.record.lock().is_under_suspicion(Instant::now());
        entry.suspects.watch(suspicious);
        // One by one while crashes are looked into: then it is plain which command they come from.
        let _alone = if suspicious { Some(entry.alone.lock().await) } else { None };
        let actor = match self.live(id, entry).await {
            Ok(actor) => actor,
            Err(error) => return Some(Err(error)),
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let gives_up = clock::now().unix_millis() + u64::try_from(left.as_millis()).unwrap_or(0);
        let gives_up = ajet_protocol::Timestamp::from_unix_millis(gives_up);
        let (answer, decided) = oneshot::channel();
        let submit = Message::Submit(Box::new(command.clone()), Reply { answer, place }, gives_up);
        if actor.cast(submit).is_err() {
            self.forget_actor(entry, &actor);
            return None;
        }
        let asked = Instant::now();
        let decided = decided.await;
        self.0.answered.fetch_add(1, Ordering::Relaxed);
        let took = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.0.answering_us.fetch_add(took, Ordering::Relaxed);
        match decided {
            Ok(Ok(answer)) => Some(Ok(answer)),
            Ok(Err(Failure::Refused(refusal))) => Some(Err(AskError::Refused(refusal))),
            Ok(Err(Failure::StoreAway)) => Some(Err(AskError::Unavailable(Unavailable::StoreAway))),
            Ok(Err(Failure::Expired)) => Some(Err(AskError::Unavailable(Unavailable::NoAnswer))),
            Ok(Err(Failure::Failed)) => Some(Err(AskError::Poison)),
            Ok(Err(Failure::Moved)) | Err(_) => {
                self.forget_actor(entry, &actor);
                None
            }
        }
    }

    /// Stops or crashes an entity's activation (chaos, and tests); whether there was one.
    pub fn kill(&self, id: E::Id, panic: bool) -> bool {
        let entry = self.0.entries.read().get(&id).cloned();
        let Some(actor) = entry.and_then(|entry| entry.live.read().clone()) else { return false };
        if panic {
            return actor.cast(Message::Panic).is_ok();
        }
        actor.kill();
        true
    }

    /// Passivates every entity that belongs elsewhere, after the commit it has under way; those who wait are sent on. What
    /// stands in for a silent owner stays for a moment, unless it is `all` that goes. When to look again, if something was
    /// left for now: because it stands in, or because it was just being activated.
    pub async fn hand_off(&self, all: bool, belongs_elsewhere: impl Fn(E::Id) -> bool) -> Option<Duration> {
        // In chunks: with 50,000 entities and many nodes it is long until the thread can do anything else.
        let ids: Vec<E::Id> = self.0.entries.read().keys().copied().collect();
        let mut again = None;
        for chunk in ids.chunks(SWEPT_AT_ONCE) {
            let elsewhere: Vec<E::Id> = chunk.iter().copied().filter(|id| belongs_elsewhere(*id)).collect();
            again = [again, self.hand_these_off(all, &elsewhere)].into_iter().flatten().min();
            tokio::task::yield_now().await;
        }
        again
    }

    fn hand_these_off(&self, all: bool, ids: &[E::Id]) -> Option<Duration> {
        let (now, entries) = (Instant::now(), self.0.entries.read());
        let hand_off = |entry: &Arc<Entry<E>>| {
            let stands_in = entry.stood_in.lock().is_some_and(|at| now - at < STANDS_IN_FOR);
            if stands_in && !all {
                return Some(STANDS_IN_FOR);
            }
            match entry.live.read().as_ref() {
                Some(actor) => drop(actor.cast(Message::HandOff)),
                None if entry.activating.try_lock().is_err() => return Some(ACTIVATED_WITHIN),
                None => {}
            }
            None
        };
        ids.iter().filter_map(|id| entries.get(id)).filter_map(hand_off).min()
    }

    /// Notes that an entity is served here for an owner whom the caller found silent: it is not handed back at once.
    pub fn stand_in(&self, id: E::Id) {
        *self.entry(id).stood_in.lock() = Some(Instant::now());
    }

    /// What operators see of an entity; `None` where it is not active here.
    pub fn info(&self, id: E::Id) -> Option<EntityInfo> {
        let entry = self.0.entries.read().get(&id).cloned()?;
        entry.live.read().as_ref()?;
        let restarts = entry.record.lock().restarts;
        let uptime = entry.since.lock().elapsed();
        Some(EntityInfo { waiting: self.waiting_at(&entry), restarts, uptime })
    }

    /// How many entities are active here.
    #[must_use]
    pub fn active(&self) -> usize {
        self.0.actors.lock().len()
    }

    /// Commands that wait or are under way at all entities here.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.entries.read().values().map(|entry| self.waiting_at(entry)).sum()
    }

    /// Commands answered here so far, and the microseconds they took together.
    #[must_use]
    pub fn answered(&self) -> (u64, u64) {
        (self.0.answered.load(Ordering::Relaxed), self.0.answering_us.load(Ordering::Relaxed))
    }

    /// The entities active here, those with the most commands waiting first.
    #[must_use]
    pub fn busiest(&self, most: usize) -> Vec<(E::Id, EntityInfo)> {
        let ids: Vec<_> = self.0.actors.lock().values().copied().collect();
        let mut all: Vec<_> = ids.into_iter().filter_map(|id| Some((id, self.info(id)?))).collect();
        all.sort_by_key(|(_, info)| std::cmp::Reverse((info.waiting, info.restarts, info.uptime)));
        all.truncate(most);
        all
    }

    /// Activations that crashed here so far.
    #[must_use]
    pub fn crashes(&self) -> u64 {
        self.0.crashes.load(Ordering::Relaxed)
    }

    fn waiting_at(&self, entry: &Entry<E>) -> usize {
        self.0.settings.mailbox.saturating_sub(entry.gate.available_permits())
    }

    fn entry(&self, id: E::Id) -> Visit<E> {
        let visit = |entry: &Arc<Entry<E>>| {
            entry.users.fetch_add(1, Ordering::Acquire);
            Visit(Arc::clone(entry))
        };
        if let Some(entry) = self.0.entries.read().get(&id) {
            return visit(entry);
        }
        let fresh = || {
            Arc::new(Entry {
                users: AtomicUsize::new(0),
                live: RwLock::new(None),
                activating: tokio::sync::Mutex::new(()),
                gate: Arc::new(Semaphore::new(self.0.settings.mailbox)),
                record: Mutex::default(),
                suspects: Arc::default(),
                alone: tokio::sync::Mutex::new(()),
                since: Mutex::new(Instant::now()),
                stood_in: Mutex::default(),
            })
        };
        visit(self.0.entries.write().entry(id).or_insert_with(fresh))
    }

    /// The live activation, made if there is none: one at a time per entity.
    async fn live(
        &self,
        id: E::Id,
        entry: &Arc<Entry<E>>,
    ) -> Result<ActorRef<Message<E>>, AskError<<E::Core as Core>::Refusal>> {
        if let Some(actor) = entry.live.read().as_ref() {
            return Ok(actor.clone());
        }
        let _one = entry.activating.lock().await;
        if let Some(actor) = entry.live.read().as_ref() {
            return Ok(actor.clone());
        }
        let wait = entry.record.lock().wait(Instant::now());
        match wait {
            None => return Err(AskError::Unavailable(Unavailable::Resting)),
            Some(wait) => tokio::time::sleep(wait).await,
        }
        let actor = self.activate(id, entry).await?;
        *entry.since.lock() = Instant::now();
        *entry.live.write() = Some(actor.clone());
        Ok(actor)
    }

    async fn activate(
        &self,
        id: E::Id,
        entry: &Entry<E>,
    ) -> Result<ActorRef<Message<E>>, AskError<<E::Core as Core>::Refusal>> {
        let started = Instant::now();
        let (services, inner) = (&self.0.services, &self.0);
        let away = |error: crate::store::StoreError| {
            tracing::warn!(kind = E::NAME, %error, "can't activate");
            AskError::Unavailable(Unavailable::StoreAway)
        };
        let takeover =
            services.take_over(E::KIND, id.into()).await.map_err(away)?.ok_or(AskError::NoSuchEntity)?;
        let mint = Mint::above(services.node_number(), takeover.floor);
        let core = E::load(services, id, mint).await.map_err(away)?.ok_or(AskError::NoSuchEntity)?;
        let suspects = Arc::clone(&entry.suspects);
        let birth = Args { id, services: Arc::clone(services), core, takeover, suspects };
        let no_supervisor = || AskError::Unavailable(Unavailable::NoAnswer);
        let supervisor = inner.supervisor.get().ok_or_else(no_supervisor)?;
        let spawned =
            Actor::spawn_linked(None, Activation::<E>::default(), birth, supervisor.get_cell()).await;
        let (actor, _) = spawned.map_err(|_| no_supervisor())?;
        inner.actors.lock().insert(actor.get_id(), id);
        metrics::histogram!("ajet_activation_seconds", "kind" => E::NAME)
            .record(started.elapsed().as_secs_f64());
        metrics::gauge!("ajet_entities", "kind" => E::NAME).increment(1);
        tracing::debug!(kind = E::NAME, %id, epoch = takeover.epoch, head = takeover.head, "activated");
        Ok(actor)
    }

    fn forget_actor(&self, entry: &Entry<E>, actor: &ActorRef<Message<E>>) {
        let mut live = entry.live.write();
        if live.as_ref().is_some_and(|current| current.get_id() == actor.get_id()) {
            *live = None;
        }
        // It may still run, and gets no more commands.
        actor.stop(None);
    }

    /// An activation has ended, by itself or by a crash.
    fn ended(&self, actor: ActorId, end: End) {
        let Some(id) = self.0.actors.lock().remove(&actor) else { return };
        metrics::gauge!("ajet_entities", "kind" => E::NAME).decrement(1);
        let Some(entry) = self.0.entries.read().get(&id).cloned() else { return };
        {
            let mut live = entry.live.write();
            if live.as_ref().is_some_and(|current| current.get_id() == actor) {
                *live = None;
            }
        }
        match end {
            End::Crashed => {
                // The panic's own text may hold what somebody wrote; where it happened is in the panic hook's log.
                entry.suspects.crashed(Instant::now());
                entry.record.lock().crashed(Instant::now());
                self.0.crashes.fetch_add(1, Ordering::Relaxed);
                metrics::counter!("ajet_entity_crashes_total", "kind" => E::NAME).increment(1);
                tracing::error!(kind = E::NAME, %id, "activation crashed");
            }
            End::Stopped if entry.record.lock().restarts == 0 => self.drop_idle_entry(id),
            End::Stopped => {}
        }
    }

    fn drop_idle_entry(&self, id: E::Id) {
        let mut entries = self.0.entries.write();
        if entries.get(&id).is_some_and(|entry| entry.is_unused()) {
            entries.remove(&id);
        }
    }

    /// Drops the entries of entities that ended under somebody who asked them, or that could not be activated.
    fn drop_idle_entries(&self) {
        let now = Instant::now();
        let idle = |entry: &Entry<E>| entry.is_unused() && !entry.record.lock().is_under_suspicion(now);
        self.0.entries.write().retain(|_, entry| !idle(entry));
    }

    async fn passivate_idle(self) {
        let idle = self.0.settings.idle;
        let mut tick = tokio::time::interval((idle / 4).max(Duration::from_millis(50)));
        loop {
            tick.tick().await;
            let live: Vec<_> =
                self.0.entries.read().values().filter_map(|entry| entry.live.read().clone()).collect();
            for actor in live {
                let _ = actor.cast(Message::Passivate(idle));
            }
            self.drop_idle_entries();
        }
    }
}

/// How long an entity that is served for a silent owner stays, unless it is asked again.
const STANDS_IN_FOR: Duration = Duration::from_secs(2);
/// What was being activated when it should have been handed off is looked at again after this time.
const ACTIVATED_WITHIN: Duration = Duration::from_millis(200);
/// Entities that a hand-off checks before it lets other tasks run.
const SWEPT_AT_ONCE: usize = 1000;
