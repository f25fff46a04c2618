//! The world of one schedule: nodes, clients, faults by dice, and the verdict.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::NodeId;
use parking_lot::Mutex;
use tokio::task::LocalSet;
use tokio::time::Instant;

use crate::log::{Command, Log};
use crate::network::{Life, Network, Weather};
use crate::node::{Node, Planted, Shared};

const NODES: u128 = 3;
const ENTITIES: u64 = 5;
const CLIENTS: u64 = 6;
/// Faults in a schedule, and the time between two.
const FAULTS: usize = 8;
const BETWEEN_MS: u64 = 1500;
/// How long clients try one command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(8);
/// After the last fault everything answers within this time.
const HEALED_WITHIN: Duration = Duration::from_secs(8);

/// Seeded entropy.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides.max(1)
    }

    /// How long something is on its way: mostly short, sometimes not.
    pub fn delay(&mut self) -> Duration {
        let most = if self.roll(20) == 0 { 200_000 } else { 3_000 };
        Duration::from_micros(self.roll(most))
    }
}

/// What happened in schedules, summed up.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    schedules: u64,
    acknowledged: u64,
    unknown: u64,
    takeovers: u64,
    faults: HashMap<&'static str, u64>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.schedules += other.schedules;
        self.acknowledged += other.acknowledged;
        self.unknown += other.unknown;
        self.takeovers += other.takeovers;
        for (what, count) in other.faults {
            *self.faults.entry(what).or_default() += count;
        }
    }

    /// A simulation in which nothing happens proves nothing.
    pub fn assert_that_much_happened(&self) {
        assert!(self.schedules > 50, "only {} schedules", self.schedules);
        assert!(self.acknowledged > self.schedules * 20, "hardly anything was acknowledged: {self:?}");
        assert!(self.takeovers > self.schedules * ENTITIES, "entities hardly moved: {self:?}");
        for what in ["freeze", "kill", "leave", "join", "cut"] {
            let count = self.faults.get(what).copied().unwrap_or(0);
            assert!(count > self.schedules / 4, "{what} hardly happened: {self:?}");
        }
    }
}

/// A command from its sending to its answer.
struct Asked {
    entity: u128,
    command: Command,
    sent: Instant,
    acknowledged: Option<Instant>,
}

/// One schedule.
pub struct World {
    shared: Shared,
    nodes: RefCell<Vec<(Rc<Node>, Life)>>,
    next_node: RefCell<u128>,
    history: RefCell<Vec<Asked>>,
    over: RefCell<bool>,
    tally: RefCell<Tally>,
}

impl World {
    /// Plays a schedule and decides it.
    pub async fn run(seed: u64) -> Result<Tally, String> {
        Self::run_and_plant(seed, |_| {}).await
    }

    /// The same, with harm done at the end.
    pub async fn run_and_plant(seed: u64, plant: fn(&mut Log)) -> Result<Tally, String> {
        let local = LocalSet::new();
        local
            .run_until(async {
                let world = Rc::new(Self::new(seed));
                world.play().await?;
                plant(&mut world.shared.log.lock());
                world.verdict()?;
                let mut tally = world.tally.borrow().clone();
                tally.schedules = 1;
                tally.takeovers = world.shared.log.lock().streams.values().map(|stream| stream.epoch).sum();
                Ok(tally)
            })
            .await
    }

    fn new(seed: u64) -> Self {
        let dice = Arc::new(Mutex::new(Dice::new(seed)));
        let world = Self {
            shared: Shared::new(Network::new(dice, Weather::Rough), Planted::default()),
            nodes: RefCell::default(),
            next_node: RefCell::new(0),
            history: RefCell::default(),
            over: RefCell::new(false),
            tally: RefCell::default(),
        };
        (0..NODES).for_each(|_| world.join());
        world
    }

    fn join(&self) {
        *self.next_node.borrow_mut() += 1;
        let node = Node::start(*self.next_node.borrow(), &self.shared);
        self.nodes.borrow_mut().push((node, Life::Runs));
    }

    fn roll(&self, sides: u64) -> u64 {
        self.shared.network.dice.lock().roll(sides)
    }

    async fn play(self: &Rc<Self>) -> Result<(), String> {
        let clients: Vec<_> =
            (0..CLIENTS).map(|client| tokio::task::spawn_local(Rc::clone(self).be_client(client))).collect();
        for _ in 0..FAULTS {
            tokio::time::sleep(Duration::from_millis(self.roll(BETWEEN_MS))).await;
            self.fault();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.heal();
        *self.over.borrow_mut() = true;
        for client in clients {
            client.await.map_err(|error| error.to_string())?;
        }
        // Everything answers again, at every node that runs.
        let alive: Vec<_> = self.alive();
        for (n, node) in alive.iter().enumerate() {
            for entity in 0..u128::from(ENTITIES) {
                let command = Command::Add(u64::MAX - 1 - n as u64);
                node.ask(entity, command, HEALED_WITHIN).await.map_err(|stuck| {
                    format!("entity {entity} does not answer at {} afterwards: {stuck:?}", node.id)
                })?;
            }
        }
        Ok(())
    }

    fn alive(&self) -> Vec<Rc<Node>> {
        let nodes = self.nodes.borrow();
        nodes.iter().filter(|(_, life)| *life != Life::Dead).map(|(node, _)| Rc::clone(node)).collect()
    }

    /// Asks one thing after another, at whichever node; goes elsewhere where there is no answer.
    async fn be_client(self: Rc<Self>, client: u64) {
        let mut n = 0;
        while !*self.over.borrow() {
            n += 1;
            let value = client << 32 | n;
            let entity = u128::from(self.roll(ENTITIES));
            // Each client sets the values of an entity of its own, so that its changes have an order.
            let (entity, command) = match self.roll(3) {
                0 => (1000 + u128::from(client), Command::Set(value)),
                _ => (entity, Command::Add(value)),
            };
            let sent = Instant::now();
            let acknowledged = self.ask_until_answered(entity, &command).await;
            let count = u64::from(acknowledged);
            self.tally.borrow_mut().acknowledged += count;
            self.tally.borrow_mut().unknown += 1 - count;
            let acknowledged = acknowledged.then(Instant::now);
            self.history.borrow_mut().push(Asked { entity, command, sent, acknowledged });
            tokio::time::sleep(Duration::from_millis(self.roll(30))).await;
        }
    }

    async fn ask_until_answered(&self, entity: u128, command: &Command) -> bool {
        // A change that may come twice is asked for once: who repeats it does so knowing that.
        let tries = if matches!(command, Command::Add(_)) { 3 } else { 1 };
        for _ in 0..tries {
            let alive = self.alive();
            let node = Rc::clone(&alive[self.roll(alive.len() as u64) as usize]);
            // A client's own time limit ends also where its node is frozen.
            let asking = tokio::time::timeout(
                COMMAND_TIMEOUT + Duration::from_secs(1),
                node.ask(entity, command.clone(), COMMAND_TIMEOUT),
            );
            if matches!(asking.await, Ok(Ok(()))) {
                return true;
            }
        }
        false
    }

    fn fault(&self) {
        let running: Vec<_> = {
            let nodes = self.nodes.borrow();
            let running = nodes.iter().enumerate().filter(|(_, (_, life))| *life == Life::Runs);
            running.map(|(n, (node, _))| (n, node.id)).collect()
        };
        let (victim, id) = running[self.roll(running.len() as u64) as usize];
        let what = match self.roll(7) {
            0 if running.len() > 1 => self.set(victim, id, Life::Frozen, "freeze"),
            1 if running.len() > 2 => {
                self.shared.bucket.borrow_mut().retain(|peer| peer.id != id);
                self.set(victim, id, Life::Dead, "kill")
            }
            2 if running.len() > 2 => {
                self.nodes.borrow()[victim].0.leave();
                self.set_later(victim, id);
                "leave"
            }
            3 => {
                self.join();
                "join"
            }
            4 => {
                let other = running[self.roll(running.len() as u64) as usize].1;
                self.shared.network.cut(id, other, true);
                "cut"
            }
            5 => {
                self.shared.network.heal();
                "mend"
            }
            _ => self.thaw(),
        };
        *self.tally.borrow_mut().faults.entry(what).or_default() += 1;
    }

    fn set(&self, n: usize, id: NodeId, life: Life, what: &'static str) -> &'static str {
        self.nodes.borrow_mut()[n].1 = life;
        self.shared.network.set(id, life);
        what
    }

    /// A node that leaves serves on for a moment; clients don't come to it any more.
    fn set_later(&self, n: usize, id: NodeId) {
        self.nodes.borrow_mut()[n].1 = Life::Dead;
        let (network, after) = (Arc::clone(&self.shared.network), Duration::from_millis(self.roll(3000)));
        tokio::task::spawn_local(async move {
            tokio::time::sleep(after).await;
            network.set(id, Life::Dead);
        });
    }

    fn thaw(&self) -> &'static str {
        for (node, life) in self.nodes.borrow_mut().iter_mut().filter(|(_, life)| *life == Life::Frozen) {
            *life = Life::Runs;
            self.shared.network.set(node.id, Life::Runs);
        }
        "thaw"
    }

    fn heal(&self) {
        self.thaw();
        self.shared.network.heal();
    }

    fn verdict(&self) -> Result<(), String> {
        let (log, history) = (self.shared.log.lock(), self.history.borrow());
        log.verdict()?;
        for asked in history.iter().filter(|asked| asked.acknowledged.is_some()) {
            let stream = log.streams.get(&asked.entity).ok_or("I1: a whole stream is lost")?;
            if !stream.entries.iter().any(|(_, command)| *command == asked.command) {
                return Err(format!(
                    "I1: {:?} of {} was acknowledged and is lost",
                    asked.command, asked.entity
                ));
            }
        }
        self.changes_in_order(&log, &history)
    }

    /// I7: a change stands only until a later one was acknowledged; it never comes back.
    fn changes_in_order(&self, log: &Log, history: &[Asked]) -> Result<(), String> {
        for (entity, stream) in log.streams.iter().filter(|(entity, _)| **entity >= 1000) {
            let last = stream.entries.iter().rev().find(|(_, command)| matches!(command, Command::Set(_)));
            let Some((_, last)) = last else { continue };
            let own: Vec<_> = history.iter().filter(|asked| asked.entity == *entity).collect();
            let Some(stands) = own.iter().find(|asked| asked.command == *last) else {
                // Still being asked when the schedule ended.
                continue;
            };
            let overwritten = own.iter().any(|other| {
                other.acknowledged.is_some() && stands.acknowledged.is_some_and(|end| other.sent > end)
            });
            // A command whose outcome was unknown may come late, but not after its time limit.
            let late = own.iter().any(|other| {
                other.acknowledged.is_some()
                    && stands.acknowledged.is_none()
                    && other.sent > stands.sent + COMMAND_TIMEOUT * 2
            });
            if overwritten || late {
                return Err(format!("I7: {last:?} of {entity} came back over a later change"));
            }
        }
        Ok(())
    }
}
