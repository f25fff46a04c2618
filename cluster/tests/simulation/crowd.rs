//! Twenty nodes, more than any of them probes in a round: one falls silent, or one is starved and spreads that all others are.
//!
//! The network is calm here, since the verdict is about time: whichever node asks for an entity of the silent one, it is
//! served within two seconds; and what a starved node says of the others makes no node suspect them, nor take over more than
//! the entity of the command at hand.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{ATTEMPT_WITHIN, NodeId, RouteHeader, TransportError};
use parking_lot::Mutex;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::Instant;
use uuid::Uuid;

use crate::log::Command;
use crate::network::{Life, Network, Weather};
use crate::node::{Node, Planted, Shared, key_of};
use crate::world::Dice;

const NODES: u128 = 20;
const ENTITIES: u128 = 60;
/// The first of them are those that the starved node asks for.
const RUMOURED: u128 = 10;
const SERVED_WITHIN: Duration = Duration::from_secs(2);
const COMMAND_TIMEOUT: Duration = Duration::from_secs(8);
/// By then all know each other, or have found out that one answers again.
const SETTLED_AFTER: Duration = Duration::from_secs(2);
const RUMOURS_FOR: Duration = Duration::from_secs(3);
/// Healthy nodes with clients that ask while there are rumours.
const CLIENTS: usize = 5;

/// How a node falls silent.
#[derive(Debug, Clone, Copy)]
enum Silenced {
    Frozen,
    Dead,
    CutOff,
}

/// The nodes of a schedule.
struct Crowd {
    shared: Shared,
    nodes: Vec<Rc<Node>>,
    /// Commands so far: each is another one.
    commands: Cell<u64>,
}

/// One node falls silent; whichever node asks for what it owned is answered in time.
pub async fn one_falls_silent(seed: u64, planted: Planted) -> Result<(), String> {
    let how = [Silenced::Frozen, Silenced::Dead, Silenced::CutOff][seed as usize % 3];
    let playing = async {
        let crowd = Rc::new(Crowd::gather(seed, planted).await?);
        let victim = crowd.owner_of(u128::from(crowd.roll(ENTITIES as u64)));
        let owned: Rc<[u128]> = (0..ENTITIES).filter(|entity| crowd.owner_of(*entity) == victim).collect();
        crowd.silence(victim, how);
        crowd.all_ask(victim, &owned).await.map_err(|late| format!("{victim} is {how:?}: {late}"))?;
        if !matches!(how, Silenced::Dead) {
            crowd.shared.network.heal();
            crowd.shared.network.set(victim, Life::Runs);
            tokio::time::sleep(SETTLED_AFTER).await;
            crowd.all_trust_each_other()?;
            crowd.all_ask(victim, &owned).await.map_err(|late| format!("{victim} is back: {late}"))?;
        }
        crowd.shared.log.lock().verdict()
    };
    LocalSet::new().run_until(playing).await
}

/// One node is starved: it suspects every other, and says so in each command that it sends.
pub async fn one_spreads_rumours(seed: u64, planted: Planted) -> Result<(), String> {
    let playing = async {
        let crowd = Rc::new(Crowd::gather(seed, planted).await?);
        let before = crowd.epochs();
        let starved = crowd.any_but(None);
        let ends = Instant::now() + RUMOURS_FOR;
        let rumours = tokio::task::spawn_local(Rc::clone(&crowd).spread_rumours(Rc::clone(&starved), ends));
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            clients.spawn_local(Rc::clone(&crowd).be_client(starved.id, ends));
        }
        while Instant::now() < ends {
            tokio::time::sleep(Duration::from_millis(100)).await;
            crowd.no_healthy_node_suspects(&starved)?;
        }
        rumours.await.map_err(|error| error.to_string())?;
        all_of(clients).await?;
        crowd.only_rumoured_moved(&before)?;
        crowd.shared.log.lock().verdict()
    };
    LocalSet::new().run_until(playing).await
}

async fn all_of(mut asking: JoinSet<Result<(), String>>) -> Result<(), String> {
    while let Some(asked) = asking.join_next().await {
        asked.map_err(|error| error.to_string())??;
    }
    Ok(())
}

impl Crowd {
    /// Nodes that know each other, and own entities that live.
    async fn gather(seed: u64, planted: Planted) -> Result<Self, String> {
        let dice = Arc::new(Mutex::new(Dice::new(seed)));
        let shared = Shared::new(Network::new(dice, Weather::Calm), planted);
        let nodes = (1..=NODES).map(|n| Node::start(n, &shared)).collect();
        let crowd = Self { shared, nodes, commands: Cell::new(0) };
        tokio::time::sleep(SETTLED_AFTER).await;
        for entity in 0..ENTITIES {
            let command = crowd.addition();
            crowd.ask(&crowd.any_but(None), entity, command).await?;
        }
        Ok(crowd)
    }

    fn roll(&self, sides: u64) -> u64 {
        self.shared.network.dice.lock().roll(sides)
    }

    fn any_but(&self, one: Option<NodeId>) -> Rc<Node> {
        let others: Vec<_> = self.nodes.iter().filter(|node| Some(node.id) != one).collect();
        Rc::clone(others[self.roll(others.len() as u64) as usize])
    }

    fn owner_of(&self, entity: u128) -> NodeId {
        self.nodes[0].router.view().read().owner(key_of(entity), &[])
    }

    fn number(&self) -> u64 {
        self.commands.set(self.commands.get() + 1);
        self.commands.get()
    }

    /// A command whose tries may overlap.
    fn addition(&self) -> Command {
        Command::Add(self.number())
    }

    /// A command whose next try waits until the one before can't come any more.
    fn change(&self) -> Command {
        Command::Set(self.number())
    }

    fn silence(&self, victim: NodeId, how: Silenced) {
        match how {
            Silenced::Frozen => self.shared.network.set(victim, Life::Frozen),
            // Its entry stays in the bucket until it expires.
            Silenced::Dead => self.shared.network.set(victim, Life::Dead),
            Silenced::CutOff => self.shared.network.cut_off(victim),
        }
    }

    /// Asks at a node, and looks at the clock.
    async fn ask(&self, node: &Rc<Node>, entity: u128, command: Command) -> Result<(), String> {
        let asked = Instant::now();
        let answer = node.ask(entity, command.clone(), COMMAND_TIMEOUT).await;
        let took = asked.elapsed();
        if answer.is_ok() && took <= SERVED_WITHIN {
            return Ok(());
        }
        Err(format!("{command:?} of entity {entity}, asked for at {}: {answer:?} after {took:?}", node.id))
    }

    /// Every other node asks for something of the victim's: at once with each kind of command, and later.
    async fn all_ask(self: &Rc<Self>, victim: NodeId, owned: &Rc<[u128]>) -> Result<(), String> {
        let mut asking = JoinSet::new();
        for node in self.nodes.iter().filter(|node| node.id != victim) {
            let commands = [(300, self.addition()), (300, self.change()), (2000, self.addition())];
            for (within_ms, command) in commands {
                let (crowd, node, owned) = (Rc::clone(self), Rc::clone(node), Rc::clone(owned));
                asking.spawn_local(async move {
                    tokio::time::sleep(Duration::from_millis(crowd.roll(within_ms))).await;
                    let entity = owned[crowd.roll(owned.len() as u64) as usize];
                    crowd.ask(&node, entity, command).await
                });
            }
        }
        all_of(asking).await
    }

    fn all_trust_each_other(&self) -> Result<(), String> {
        for node in &self.nodes {
            let view = node.router.view().read();
            if let Some(peer) = self.nodes.iter().find(|peer| view.suspects(peer.id)) {
                return Err(format!("{} still suspects {}", node.id, peer.id));
            }
        }
        Ok(())
    }

    async fn spread_rumours(self: Rc<Self>, starved: Rc<Node>, ends: Instant) {
        while Instant::now() < ends {
            let peers: Vec<_> =
                self.nodes.iter().map(|node| node.id).filter(|id| *id != starved.id).collect();
            for peer in &peers {
                starved
                    .router
                    .update(|view| view.silent(*peer, TransportError::NoResponders, Instant::now()));
            }
            let hearer = self.any_but(Some(starved.id)).id;
            let route = RouteHeader {
                attempt: Uuid::new_v4(),
                revision: starved.router.view().read().revision(),
                hops: 0,
                skipped: peers.into_iter().filter(|peer| *peer != hearer).collect(),
            };
            let asked = (u128::from(self.roll(RUMOURED as u64)), self.addition());
            let node = Rc::clone(&starved);
            tokio::task::spawn_local(async move {
                // What becomes of it does not matter.
                let _ = node.ask_there(hearer, route, asked, Instant::now() + ATTEMPT_WITHIN).await;
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks healthy nodes for entities that the starved one does not ask for.
    async fn be_client(self: Rc<Self>, starved: NodeId, ends: Instant) -> Result<(), String> {
        while Instant::now() < ends {
            let entity = RUMOURED + u128::from(self.roll((ENTITIES - RUMOURED) as u64));
            let command = if self.roll(2) == 0 { self.addition() } else { self.change() };
            self.ask(&self.any_but(Some(starved)), entity, command).await?;
            tokio::time::sleep(Duration::from_millis(self.roll(50))).await;
        }
        Ok(())
    }

    fn no_healthy_node_suspects(&self, starved: &Rc<Node>) -> Result<(), String> {
        for node in self.nodes.iter().filter(|node| node.id != starved.id) {
            let view = node.router.view().read();
            if let Some(peer) = self.nodes.iter().find(|peer| view.suspects(peer.id)) {
                return Err(format!("{} suspects {}, which answers", node.id, peer.id));
            }
        }
        Ok(())
    }

    fn epochs(&self) -> HashMap<u128, u64> {
        self.shared.log.lock().streams.iter().map(|(entity, stream)| (*entity, stream.epoch)).collect()
    }

    fn only_rumoured_moved(&self, before: &HashMap<u128, u64>) -> Result<(), String> {
        let moved: Vec<_> =
            self.epochs().into_iter().filter(|(entity, epoch)| before.get(entity) != Some(epoch)).collect();
        if let Some((entity, _)) = moved.iter().find(|(entity, _)| *entity >= RUMOURED) {
            return Err(format!("entity {entity} was taken over on hearsay"));
        }
        if moved.is_empty() {
            return Err("no command was served on hearsay: the schedule proves nothing".into());
        }
        Ok(())
    }
}
