//! A node: the real view and router around an entity that is a few lines.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{
    ATTEMPT_WITHIN, Admission, Attempt, EntityKey, Kind, Member, NodeId, PROBE_EVERY, PROBE_WITHIN, Passport,
    Probed, Router, STALL, Stuck, Target, Transport, View, Vitals,
};
use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use crate::log::{Command, Log};
use crate::network::{Letter, Life, Link, Network};

/// What nodes ask each other.
#[derive(Debug, Serialize, Deserialize)]
struct Ask {
    entity: u128,
    command: Command,
    passport: Passport,
    /// By the one clock that all have here.
    deadline_us: u64,
}

/// What a node answers.
#[derive(Debug, Serialize, Deserialize)]
enum Reply {
    Done,
    Moved(u64),
    Again,
}

fn encode(what: &impl Serialize) -> Bytes {
    serde_json::to_vec(what).expect("plain data").into()
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> T {
    serde_json::from_slice(bytes).expect("what encode wrote")
}

/// An entity's life on a node.
#[derive(Debug, Clone, Copy)]
struct Activation {
    epoch: u64,
    head: usize,
}

/// A node.
pub struct Node {
    pub id: NodeId,
    router: Router,
    link: Link,
    log: Arc<Mutex<Log>>,
    /// The membership list, as the bucket has it.
    bucket: Rc<RefCell<Vec<Member>>>,
    life: watch::Receiver<Life>,
    active: RefCell<HashMap<u128, Activation>>,
    /// One command at a time per entity.
    gates: RefCell<HashMap<u128, Rc<tokio::sync::Mutex<()>>>>,
    last_tick: RefCell<Instant>,
    /// Tries that came here: the network brings some twice.
    seen: RefCell<HashSet<Uuid>>,
}

pub fn key_of(entity: u128) -> EntityKey {
    EntityKey { kind: Kind::Channel, id: entity }
}

impl Node {
    /// Starts a node and everything that runs on it.
    pub fn start(
        n: u128,
        network: &Arc<Network>,
        log: &Arc<Mutex<Log>>,
        bucket: &Rc<RefCell<Vec<Member>>>,
    ) -> Rc<Self> {
        let id = NodeId(Uuid::from_u128(n));
        let joined = u64::try_from(n).unwrap_or(0);
        let me = Member {
            id,
            database: Uuid::nil(),
            name: n.to_string(),
            addr: String::new(),
            pid: 1,
            version: String::new(),
            wire: 1,
            started_at_ms: 0,
            joined,
        };
        let (letters, life) = network.start(id);
        let view = Arc::new(RwLock::new(View::new(me.clone())));
        view.write().listed(bucket.borrow().clone(), Instant::now());
        bucket.borrow_mut().push(me);
        let node = Rc::new(Self {
            id,
            router: Router::new(view),
            link: Link { from: id, network: Arc::clone(network) },
            log: Arc::clone(log),
            bucket: Rc::clone(bucket),
            life,
            active: RefCell::default(),
            gates: RefCell::default(),
            last_tick: RefCell::new(Instant::now()),
            seen: RefCell::default(),
        });
        node.run(Rc::clone(&node).serve_all(letters));
        node.run(Rc::clone(&node).keep_membership());
        node.run(Rc::clone(&node).keep_probing());
        node.run(Rc::clone(&node).keep_guard());
        node
    }

    /// Runs something until the process dies.
    fn run(&self, task: impl Future<Output = ()> + 'static) {
        let mut life = self.life.clone();
        tokio::task::spawn_local(async move {
            tokio::select! {
                () = task => {}
                _ = life.wait_for(|life| *life == Life::Dead) => {}
            }
        });
    }

    /// Waits while the process is frozen, and for a while as the world does; every step of the node goes through here.
    async fn step(&self, most: u64) {
        let pause = self.link.network.dice.lock().roll(most.max(1) * 1000);
        tokio::time::sleep(Duration::from_micros(pause)).await;
        let mut life = self.life.clone();
        let _ = life.wait_for(|life| *life != Life::Frozen).await;
    }

    /// Says good-bye: what is here is handed over, what is asked is sent on.
    pub fn leave(&self) {
        self.router.update(View::leave);
        self.bucket.borrow_mut().retain(|member| member.id != self.id);
        self.active.borrow_mut().clear();
    }

    async fn serve_all(self: Rc<Self>, mut letters: tokio::sync::mpsc::UnboundedReceiver<Letter>) {
        while let Some(letter) = letters.recv().await {
            let node = Rc::clone(&self);
            self.run(async move {
                node.step(1).await;
                let reply = if letter.request.is_empty() {
                    node.vitals().to_bytes().into()
                } else {
                    encode(&node.answer(decode(&letter.request)).await)
                };
                let _ = letter.answer.send(reply);
            });
        }
    }

    fn vitals(&self) -> Vitals {
        Vitals { clock_ms: 0, leaving: self.router.view().read().is_leaving(), storeless: false }
    }

    async fn answer(&self, ask: Ask) -> Reply {
        let Ask { entity, command, passport, deadline_us } = ask;
        let deadline = self.link.network.began + Duration::from_micros(deadline_us);
        self.entitled().await;
        if Instant::now() >= deadline || !self.seen.borrow_mut().insert(passport.attempt) {
            return Reply::Again;
        }
        let admit = || self.router.view().read().admit(key_of(entity), &passport);
        let mut admission = admit();
        if admission == Admission::LookFirst {
            self.router.refresh().await;
            admission = admit();
        }
        if admission != Admission::Serve {
            return Reply::Moved(self.router.view().read().revision());
        }
        let done = tokio::time::timeout_at(deadline, self.carry_out(entity, &command)).await;
        if matches!(done, Ok(true)) { Reply::Done } else { Reply::Again }
    }

    /// Carries a command out here; false where the activation was superseded, or nobody knows.
    async fn carry_out(&self, entity: u128, command: &Command) -> bool {
        let gate = Rc::clone(self.gates.borrow_mut().entry(entity).or_default());
        let _alone = gate.lock().await;
        let active = self.active.borrow().get(&entity).copied();
        let activation = match active {
            Some(activation) => activation,
            None => {
                self.step(3).await;
                let (epoch, head) = self.log.lock().take_over(entity);
                self.step(2).await;
                // Whoever owned it may have left something unpublished.
                self.log.lock().publish(entity);
                Activation { epoch, head }
            }
        };
        self.step(3).await;
        let admitted = self.log.lock().append(entity, activation.epoch, activation.head, command);
        let answer_lost = self.link.network.dice.lock().roll(200) == 0;
        self.step(2).await;
        if !admitted || answer_lost {
            // Superseded, or in doubt: the next activation starts from what is stored.
            self.active.borrow_mut().remove(&entity);
            return false;
        }
        let head =
            activation.head + self.log.lock().streams[&entity].entries.len().saturating_sub(activation.head);
        self.active.borrow_mut().insert(entity, Activation { head, ..activation });
        self.log.lock().publish(entity);
        true
    }

    /// What a client at this node asks.
    pub async fn ask(self: &Rc<Self>, entity: u128, command: Command, within: Duration) -> Result<(), Stuck> {
        let deadline = Instant::now() + within;
        let repeatable = matches!(command, Command::Add(_));
        let routed = self.router.route(key_of(entity), deadline, repeatable, |target| {
            let (node, command) = (Rc::clone(self), command.clone());
            async move {
                match target {
                    Target::Here => {
                        node.entitled().await;
                        if node.carry_out(entity, &command).await {
                            Attempt::Done(())
                        } else {
                            Attempt::Again
                        }
                    }
                    Target::There(owner, passport) => {
                        let within = ATTEMPT_WITHIN.min(deadline.saturating_duration_since(Instant::now()));
                        let ends = (Instant::now() + within).duration_since(node.link.network.began);
                        let deadline_us = u64::try_from(ends.as_micros()).expect("a short run");
                        let ask = encode(&Ask { entity, command, passport, deadline_us });
                        match node.link.ask(owner, ask, within).await.map(|reply| decode(&reply)) {
                            Ok(Reply::Done) => Attempt::Done(()),
                            Ok(Reply::Moved(revision)) => Attempt::Moved(revision),
                            Ok(Reply::Again) => Attempt::Again,
                            Err(silence) => Attempt::Silent(silence),
                        }
                    }
                }
            }
        });
        routed.await
    }

    async fn keep_membership(self: Rc<Self>) {
        loop {
            // A watch that is sometimes late, and asked for at once where somebody is known to be behind.
            let late = Duration::from_millis(self.link.network.dice.lock().roll(400));
            let _ = tokio::time::timeout(late, self.router.stale()).await;
            self.step(5).await;
            let listed = self.bucket.borrow().clone();
            self.router.update(|view| view.listed(listed, Instant::now()));
            self.router.refreshed();
            self.hand_off();
        }
    }

    fn hand_off(&self) {
        let view = self.router.view();
        self.active.borrow_mut().retain(|entity, _| view.read().owner(key_of(*entity), &[]) == self.id);
    }

    async fn keep_probing(self: Rc<Self>) {
        loop {
            tokio::time::sleep(PROBE_EVERY).await;
            self.step(1).await;
            let others = self.router.view().read().others();
            let mut probes = tokio::task::JoinSet::new();
            for other in others {
                let node = Rc::clone(&self);
                probes.spawn_local(async move {
                    let found = node.link.probe(other, PROBE_WITHIN).await.map(|vitals| (vitals, 0));
                    Probed { node: other, found }
                });
            }
            while let Some(Ok(probed)) = probes.join_next().await {
                self.router.update(|view| probed.note(view, Instant::now()));
            }
        }
    }

    /// The guard, on the simulation's clock: after a stall everything here starts from what is stored.
    async fn keep_guard(self: Rc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            self.step(1).await;
            if self.last_tick.borrow().elapsed() > STALL {
                self.active.borrow_mut().clear();
                self.router.refresh().await;
            }
            *self.last_tick.borrow_mut() = Instant::now();
        }
    }

    async fn entitled(&self) {
        while self.last_tick.borrow().elapsed() > STALL {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
