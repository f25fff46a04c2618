//! A network in memory that delays, loses, doubles, reorders and cuts, and processes that freeze and die.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{NodeId, Silence, Transport, Vitals};
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

/// A request on its way; empty where it asks how the node is.
pub struct Letter {
    pub request: Bytes,
    pub answer: oneshot::Sender<Bytes>,
}

/// The network, shared by all nodes.
pub struct Network {
    inner: Mutex<Inner>,
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
}

impl Network {
    pub fn new(dice: Arc<Mutex<Dice>>) -> Arc<Self> {
        Arc::new(Self { inner: Mutex::default(), dice, began: Instant::now() })
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

    pub fn heal(&self) {
        self.inner.lock().cuts.clear();
    }

    fn reaches(&self, one: NodeId, other: NodeId) -> bool {
        !self.inner.lock().cuts.contains(&(one.min(other), one.max(other)))
    }

    async fn carry(
        &self,
        from: NodeId,
        to: NodeId,
        request: Bytes,
        within: Duration,
    ) -> Result<Bytes, Silence> {
        let asking = async {
            if !self.reaches(from, to) {
                return std::future::pending().await;
            }
            let (delay, lost, doubled) = {
                let mut dice = self.dice.lock();
                (dice.delay(), dice.roll(100) == 0, dice.roll(50) == 0)
            };
            tokio::time::sleep(delay).await;
            let inbox = self.inner.lock().inboxes.get(&to).cloned().ok_or(Silence::NoResponders)?;
            if lost {
                return std::future::pending().await;
            }
            let (answer, answered) = oneshot::channel();
            inbox.send(Letter { request: request.clone(), answer }).map_err(|_| Silence::NoResponders)?;
            if doubled {
                // The double comes later, and nobody hears its answer.
                let (nobody, _) = oneshot::channel();
                let later = self.dice.lock().delay() * 3;
                tokio::spawn(async move {
                    tokio::time::sleep(later).await;
                    let _ = inbox.send(Letter { request, answer: nobody });
                });
            }
            let Ok(reply) = answered.await else { return std::future::pending().await };
            let (delay, lost) = {
                let mut dice = self.dice.lock();
                (dice.delay(), dice.roll(100) == 0)
            };
            tokio::time::sleep(delay).await;
            if lost || !self.reaches(from, to) {
                return std::future::pending().await;
            }
            Ok(reply)
        };
        tokio::time::timeout(within, asking).await.unwrap_or(Err(Silence::NoAnswer))
    }
}

/// One node's way to the others.
pub struct Link {
    pub from: NodeId,
    pub network: Arc<Network>,
}

impl Transport for Link {
    async fn ask(&self, node: NodeId, request: Bytes, within: Duration) -> Result<Bytes, Silence> {
        self.network.carry(self.from, node, request, within).await
    }

    async fn probe(&self, node: NodeId, within: Duration) -> Result<Vitals, Silence> {
        let found = self.network.carry(self.from, node, Bytes::new(), within).await?;
        Vitals::from_bytes(&found).ok_or(Silence::NoAnswer)
    }
}
