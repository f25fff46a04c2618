//! A network in memory that delays, loses, duplicates, reorders and cuts, and processes that freeze and die.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{Health, NodeId, Transport, TransportError};
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use crate::world::Dice;

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    Runs,
    /// Stopped where it stands; what is sent to it waits.
    Frozen,
    Dead,
}

/// How the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// It delays, loses and duplicates, and the database's answers get lost now and then.
    Rough,
    /// Everything arrives, within milliseconds: for schedules whose verdict is about time.
    Calm,
}

/// A request on its way; empty where it asks how the node is.
pub struct Letter {
    pub request: Bytes,
    pub answer: oneshot::Sender<Bytes>,
}

/// The network, shared by all nodes.
pub struct Network {
    inner: Mutex<Inner>,
    weather: Weather,
    pub dice: Arc<Mutex<Dice>>,
    /// When the simulation's clock began.
    pub began: Instant,
}

#[derive(Default)]
struct Inner {
    inboxes: HashMap<NodeId, tokio::sync::mpsc::UnboundedSender<Letter>>,
    lives: HashMap<NodeId, watch::Sender<Life>>,
    /// Pairs that can't reach each other.
    cuts: HashSet<(NodeId, NodeId)>,
    /// Nodes that have lost the network itself; what is sent to them is lost.
    cut_off: HashSet<NodeId>,
}

impl Network {
    pub fn new(dice: Arc<Mutex<Dice>>, weather: Weather) -> Arc<Self> {
        Arc::new(Self { inner: Mutex::default(), weather, dice, began: Instant::now() })
    }

    /// Bad luck, once in so many times, where the weather is rough.
    pub fn goes_wrong(&self, once_in: u64) -> bool {
        self.weather == Weather::Rough && self.dice.lock().roll(once_in) == 0
    }

    fn delay(&self) -> Duration {
        let mut dice = self.dice.lock();
        match self.weather {
            Weather::Rough => dice.delay(),
            Weather::Calm => Duration::from_micros(dice.roll(3000)),
        }
    }

    /// A process starts; what it is sent, and what becomes of it.
    pub fn start(
        &self,
        node: NodeId,
    ) -> (tokio::sync::mpsc::UnboundedReceiver<Letter>, watch::Receiver<Life>) {
        let (inbox, letters) = tokio::sync::mpsc::unbounded_channel();
        let life = watch::Sender::new(Life::Runs);
        let lives = life.subscribe();
        let mut inner = self.inner.lock();
        inner.inboxes.insert(node, inbox);
        inner.lives.insert(node, life);
        (letters, lives)
    }

    pub fn set(&self, node: NodeId, life: Life) {
        let mut inner = self.inner.lock();
        if let Some(sender) = inner.lives.get(&node) {
            sender.send_replace(life);
        }
        if life == Life::Dead {
            inner.inboxes.remove(&node);
        }
    }

    pub fn cut(&self, one: NodeId, other: NodeId, cut: bool) {
        let mut inner = self.inner.lock();
        let pair = (one.min(other), one.max(other));
        if cut {
            inner.cuts.insert(pair)
        } else {
            inner.cuts.remove(&pair)
        };
    }

    /// A node loses the network altogether, and notices.
    pub fn cut_off(&self, node: NodeId) {
        self.inner.lock().cut_off.insert(node);
    }

    pub fn heal(&self) {
        let mut inner = self.inner.lock();
        inner.cuts.clear();
        inner.cut_off.clear();
    }

    fn reaches(&self, one: NodeId, other: NodeId) -> bool {
        let inner = self.inner.lock();
        let cut_off = inner.cut_off.contains(&one) || inner.cut_off.contains(&other);
        !cut_off && !inner.cuts.contains(&(one.min(other), one.max(other)))
    }

    async fn carry(
        &self,
        from: NodeId,
        to: NodeId,
        request: Bytes,
        within: Duration,
    ) -> Result<Bytes, TransportError> {
        if self.inner.lock().cut_off.contains(&from) {
            return Err(TransportError::Away);
        }
        let asking = async {
            if !self.reaches(from, to) {
                return std::future::pending().await;
            }
            let (delay, lost, doubled) = (self.delay(), self.goes_wrong(100), self.goes_wrong(50));
            tokio::time::sleep(delay).await;
            let inbox = self.inner.lock().inboxes.get(&to).cloned().ok_or(TransportError::NoResponders)?;
            if lost {
                return std::future::pending().await;
            }
            let (answer, answered) = oneshot::channel();
            inbox
                .send(Letter { request: request.clone(), answer })
                .map_err(|_| TransportError::NoResponders)?;
            if doubled {
                // The duplicate arrives later, and its answer is dropped.
                let (nobody, _) = oneshot::channel();
                let later = self.delay() * 3;
                tokio::spawn(async move {
                    tokio::time::sleep(later).await;
                    let _ = inbox.send(Letter { request, answer: nobody });
                });
            }
            let Ok(reply) = answered.await else { return std::future::pending().await };
            let (delay, lost) = (self.delay(), self.goes_wrong(100));
            tokio::time::sleep(delay).await;
            if lost || !self.reaches(from, to) {
                return std::future::pending().await;
            }
            Ok(reply)
        };
        tokio::time::timeout(within, asking).await.unwrap_or(Err(TransportError::NoAnswer))
    }
}

/// One node's way to the others.
pub struct Link {
    pub from: NodeId,
    pub network: Arc<Network>,
}

impl Transport for Link {
    async fn ask(&self, node: NodeId, request: Bytes, within: Duration) -> Result<Bytes, TransportError> {
        self.network.carry(self.from, node, request, within).await
    }

    async fn probe(&self, node: NodeId, within: Duration) -> Result<Health, TransportError> {
        let found = self.network.carry(self.from, node, Bytes::new(), within).await?;
        Health::from_bytes(&found).ok_or(TransportError::NoAnswer)
    }
}
