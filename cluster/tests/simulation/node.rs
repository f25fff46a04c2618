//! A node: the real view and router around an entity that is a few lines.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{
    ATTEMPT_WITHIN, Admission, Attempt, Cause, EntityKey, Guard, Health, Kind, NodeId, OUT_OF_TURN_WITHIN,
    OutOfTurn, PROBE_EVERY, PROBE_WITHIN, Peer, Prober, RouteError, RouteHeader, Router, Target, Transport,
    TransportError, View, probe,
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
    route: RouteHeader,
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

/// What all nodes of a world share.
#[derive(Clone)]
pub struct Shared {
    pub network: Arc<Network>,
    pub log: Arc<Mutex<Log>>,
    /// The membership list, as the bucket has it.
    pub bucket: Rc<RefCell<Vec<Peer>>>,
    planted: Planted,
}

impl Shared {
    pub fn new(network: Arc<Network>, planted: Planted) -> Self {
        Self { network, log: Arc::default(), bucket: Rc::default(), planted }
    }
}

/// Faults of the nodes themselves, planted to see that the verdict finds them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Planted {
    pub never_probes_out_of_turn: bool,
    pub believes_hearsay: bool,
}

/// What stands in for a silent owner is looked at again after this time.
const STANDS_IN_FOR: Duration = Duration::from_secs(2);

/// A node.
pub struct Node {
    pub id: NodeId,
    pub router: Router,
    prober: Prober,
    guard: Guard,
    link: Link,
    shared: Shared,
    life: watch::Receiver<Life>,
    active: RefCell<HashMap<u128, Activation>>,
    /// One command at a time per entity.
    gates: RefCell<HashMap<u128, Rc<tokio::sync::Mutex<()>>>>,
    /// Tries that came here: the network brings some twice.
    seen: RefCell<HashSet<Uuid>>,
}

pub fn key_of(entity: u128) -> EntityKey {
    EntityKey { kind: Kind::Channel, id: entity }
}

fn peer(n: u128) -> Peer {
    Peer {
        id: NodeId(Uuid::from_u128(n)),
        database: Uuid::nil(),
        name: n.to_string(),
        addr: String::new(),
        pid: 1,
        version: String::new(),
        wire: 1,
        started_at_ms: 0,
        joined: u64::try_from(n).unwrap_or(0),
        wires: vec![],
    }
}

impl Node {
    /// Starts a node and everything that runs on it.
    pub fn start(n: u128, shared: &Shared) -> Rc<Self> {
        let me = peer(n);
        let (id, Shared { network, bucket, .. }) = (me.id, shared);
        let (letters, life) = network.start(id);
        let view = Arc::new(RwLock::new(View::new(me.clone())));
        view.write().listed(bucket.borrow().clone(), Instant::now());
        bucket.borrow_mut().push(me);
        let node = Rc::new(Self {
            id,
            prober: Prober::new(Arc::clone(&view)),
            router: Router::new(view),
            guard: Guard::default(),
            link: Link { from: id, network: Arc::clone(network) },
            shared: shared.clone(),
            life,
            active: RefCell::default(),
            gates: RefCell::default(),
            seen: RefCell::default(),
        });
        node.run(Rc::clone(&node).serve_all(letters));
        node.run(Rc::clone(&node).keep_membership());
        node.run(Rc::clone(&node).keep_handing_off());
        node.run(Rc::clone(&node).keep_probing());
        node.run(Rc::clone(&node).keep_ticking());
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
        self.shared.bucket.borrow_mut().retain(|peer| peer.id != self.id);
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

    fn vitals(&self) -> Health {
        Health { clock_ms: 0, leaving: self.router.view().read().is_leaving(), storeless: false }
    }

    async fn answer(self: &Rc<Self>, ask: Ask) -> Reply {
        let Ask { entity, command, route, deadline_us } = ask;
        let deadline = self.link.network.began + Duration::from_micros(deadline_us);
        self.guard.entitled().await;
        if Instant::now() >= deadline || !self.seen.borrow_mut().insert(route.attempt) {
            return Reply::Again;
        }
        self.hear_of(&route.skipped);
        let admit = || self.router.view().read().admit(key_of(entity), &route);
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

    /// Another node finds these silent.
    fn hear_of(self: &Rc<Self>, skipped: &[NodeId]) {
        for peer in skipped {
            if self.shared.planted.believes_hearsay {
                self.router.update(|view| view.silent(*peer, TransportError::NoResponders, Instant::now()));
            } else if let Some(probe) = self.prober.out_of_turn(*peer, Cause::Hearsay) {
                self.start_probe(probe);
            }
        }
    }

    /// Carries a command out here; false if the activation was superseded, or the outcome is unknown.
    async fn carry_out(&self, entity: u128, command: &Command) -> bool {
        let gate = Rc::clone(self.gates.borrow_mut().entry(entity).or_default());
        let _alone = gate.lock().await;
        let active = self.active.borrow().get(&entity).copied();
        let activation = match active {
            Some(activation) => activation,
            None => {
                self.step(3).await;
                let (epoch, head) = self.shared.log.lock().take_over(entity);
                self.step(2).await;
                // The previous owner may have left events unpublished.
                self.shared.log.lock().publish(entity);
                Activation { epoch, head }
            }
        };
        self.step(3).await;
        let admitted = self.shared.log.lock().append(entity, activation.epoch, activation.head, command);
        let answer_lost = self.link.network.goes_wrong(200);
        self.step(2).await;
        if !admitted || answer_lost {
            // Superseded, or in doubt: the next activation starts from what is stored.
            self.active.borrow_mut().remove(&entity);
            return false;
        }
        let head = activation.head
            + self.shared.log.lock().streams[&entity].entries.len().saturating_sub(activation.head);
        self.active.borrow_mut().insert(entity, Activation { head, ..activation });
        self.shared.log.lock().publish(entity);
        true
    }

    /// What a client at this node asks.
    pub async fn ask(
        self: &Rc<Self>,
        entity: u128,
        command: Command,
        within: Duration,
    ) -> Result<(), RouteError> {
        let deadline = Instant::now() + within;
        let idempotent = matches!(command, Command::Add(_));
        let routed = self.router.route(key_of(entity), deadline, idempotent, |target| {
            let (node, command) = (Rc::clone(self), command.clone());
            async move {
                match target {
                    Target::Here => {
                        node.guard.entitled().await;
                        if node.carry_out(entity, &command).await {
                            Attempt::Done(())
                        } else {
                            Attempt::Again
                        }
                    }
                    Target::There(owner, route) => {
                        node.ask_there(owner, route, (entity, command), deadline).await
                    }
                }
            }
        });
        routed.await
    }

    /// Asks another node; while it owes the answer it is probed out of turn.
    pub async fn ask_there(
        self: &Rc<Self>,
        owner: NodeId,
        route: RouteHeader,
        (entity, command): (u128, Command),
        deadline: Instant,
    ) -> Attempt<()> {
        let within = ATTEMPT_WITHIN.min(deadline.saturating_duration_since(Instant::now()));
        let ends = (Instant::now() + within).duration_since(self.link.network.began);
        let deadline_us = u64::try_from(ends.as_micros()).expect("a short run");
        let ask = encode(&Ask { entity, command, route, deadline_us });
        let asking = self.link.ask(owner, ask, within);
        let answer = self.prober.await_answer(owner, asking, |probe| self.start_probe(probe)).await;
        match answer.map(|reply| decode(&reply)) {
            Ok(Reply::Done) => Attempt::Done(()),
            Ok(Reply::Moved(revision)) => Attempt::Moved(revision),
            Ok(Reply::Again) => Attempt::Again,
            Err(silence) => Attempt::Silent(silence),
        }
    }

    async fn keep_membership(self: Rc<Self>) {
        loop {
            // A watch that is sometimes late, and asked for at once where somebody is known to be behind.
            let late = Duration::from_millis(self.link.network.dice.lock().roll(400));
            let _ = tokio::time::timeout(late, self.router.stale()).await;
            self.step(5).await;
            let listed = self.shared.bucket.borrow().clone();
            self.router.update(|view| view.listed(listed, Instant::now()));
            self.router.refreshed();
        }
    }

    async fn keep_handing_off(self: Rc<Self>) {
        let mut changes = self.router.changes();
        loop {
            let _ = tokio::time::timeout(STANDS_IN_FOR, changes.changed()).await;
            self.step(1).await;
            let view = self.router.view();
            self.active.borrow_mut().retain(|entity, _| view.read().owner(key_of(*entity), &[]) == self.id);
        }
    }

    async fn keep_probing(self: Rc<Self>) {
        loop {
            tokio::time::sleep(PROBE_EVERY).await;
            self.step(1).await;
            let mut probes = tokio::task::JoinSet::new();
            for peer in self.prober.round() {
                let node = Rc::clone(&self);
                probes.spawn_local(async move { node.probe(peer, PROBE_WITHIN).await });
            }
            while probes.join_next().await.is_some() {}
        }
    }

    fn start_probe(self: &Rc<Self>, probe: OutOfTurn) {
        if self.shared.planted.never_probes_out_of_turn {
            return;
        }
        let node = Rc::clone(self);
        self.run(async move { probe.run(|peer| node.probe(peer, OUT_OF_TURN_WITHIN)).await });
    }

    /// Probes one node and notes what comes of it.
    async fn probe(&self, peer: NodeId, within: Duration) -> Result<(), TransportError> {
        let probed = probe(&self.link, peer, within, || 0).await;
        self.step(1).await;
        self.router.update(|view| probed.note(view, Instant::now()));
        probed.found.and(Ok(()))
    }

    /// The guard's thread, which stands still while the process is frozen.
    async fn keep_ticking(self: Rc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            self.step(1).await;
            self.guard.tick();
        }
    }

    async fn keep_guard(self: Rc<Self>) {
        self.guard.watch(|| self.verify(), || self.router.refresh()).await;
    }

    /// After a stop everything here starts from what is stored.
    async fn verify(&self) {
        self.step(1).await;
        self.active.borrow_mut().clear();
        self.router.refresh().await;
    }
}
