//! The way of a command to its entity's owner.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::{EntityKey, NodeId, Silence, View};

/// A command is sent on so often; then whoever gets it serves it.
pub const MAX_HOPS: u8 = 2;
/// Between two tries at the same place.
const AGAIN: Duration = Duration::from_millis(2);
/// How long a sender waits for news after it was told that an entity has moved.
const NEWS_WITHIN: Duration = Duration::from_millis(50);

/// What a command carries about its way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Passport {
    /// The roster revision it was routed under.
    pub revision: u64,
    /// How often it was sent elsewhere before.
    pub hops: u8,
    /// Nodes that the sender found silent: the receiver does not count on them either.
    pub skipped: Vec<NodeId>,
}

/// Where a command is to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Here,
    There(NodeId, Passport),
}

/// What became of a try.
#[derive(Debug)]
pub enum Attempt<A> {
    Done(A),
    /// The activation ended under it: the next one decides it.
    Again,
    /// The node says that the entity lives elsewhere; the revision that node sees.
    Moved(u64),
    Silent(Silence),
}

/// Why a command got nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// Nobody answered before the deadline: it may have been done, or not.
    NoAnswer,
    /// Its owner is on another node, and we can't reach any.
    Away,
}

/// Routes commands; shared by everything that asks.
#[derive(Debug, Clone)]
pub struct Router {
    view: Arc<RwLock<View>>,
    changed: watch::Sender<u64>,
    /// Asks whoever keeps the list to read it again.
    stale: Arc<Notify>,
}

impl Router {
    /// A router by a view.
    #[must_use]
    pub fn new(view: Arc<RwLock<View>>) -> Self {
        Self { view, changed: watch::Sender::new(0), stale: Arc::default() }
    }

    /// The view it goes by.
    #[must_use]
    pub fn view(&self) -> &RwLock<View> {
        &self.view
    }

    /// Tells everybody who waits that the view has changed.
    pub fn changed(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// Changes of the view, as they come.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Resolves when somebody has reason to think that the list is out of date.
    pub async fn stale(&self) {
        self.stale.notified().await;
    }

    /// Asks for a fresh list, and waits a moment for it.
    pub async fn refresh(&self) {
        let mut changes = self.changes();
        self.stale.notify_one();
        let _ = tokio::time::timeout(NEWS_WITHIN, changes.changed()).await;
    }

    /// Tries a command wherever its entity may live, until it is done or the deadline has passed.
    ///
    /// # Errors
    /// [`Stuck`]
    pub async fn route<A, F>(
        &self,
        key: EntityKey,
        deadline: Instant,
        attempt: impl Fn(Target) -> F,
    ) -> Result<A, Stuck>
    where
        F: Future<Output = Attempt<A>>,
    {
        let (mut hops, mut skipped) = (0, Vec::new());
        let routing = async {
            loop {
                let (owner, me, revision) = {
                    let view = self.view.read();
                    (view.owner(key, &skipped), view.me(), view.revision())
                };
                let outcome = if owner == me {
                    attempt(Target::Here).await
                } else {
                    let passport = Passport { revision, hops, skipped: skipped.clone() };
                    tokio::select! {
                        outcome = attempt(Target::There(owner, passport)) => outcome,
                        () = self.suspected(owner) => Attempt::Silent(Silence::NoAnswer),
                    }
                };
                match outcome {
                    Attempt::Done(answer) => return Ok(answer),
                    Attempt::Again => tokio::time::sleep(AGAIN).await,
                    Attempt::Moved(_) => {
                        hops = (hops + 1).min(MAX_HOPS);
                        self.refresh().await;
                    }
                    Attempt::Silent(Silence::Away) => return Err(Stuck::Away),
                    Attempt::Silent(silence) => {
                        if self.view.write().silent(owner, silence, Instant::now()) {
                            self.changed();
                        }
                        // An answer that got lost is asked for again; who is gone is left aside from now on.
                        if self.view.read().suspects(owner) {
                            skipped.push(owner);
                        }
                    }
                }
            }
        };
        tokio::time::timeout_at(deadline, routing).await.unwrap_or(Err(Stuck::NoAnswer))
    }

    /// Resolves when a node comes under suspicion: there is no use in waiting for its answer.
    async fn suspected(&self, node: NodeId) {
        let mut changes = self.changes();
        while !self.view.read().suspects(node) {
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
