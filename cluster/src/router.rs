//! The way of a command to its entity's owner.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{EntityKey, NodeId, TransportError, View};

/// An attempt on another node expires after this time, on both sides: the node that was asked drops the command then, and
/// only an idempotent command is retried sooner. So an earlier attempt is never carried out after a later command.
pub const ATTEMPT_WITHIN: Duration = Duration::from_millis(1000);
/// Trouble in sending is often over in a moment.
const AWAY_FOR: Duration = Duration::from_millis(1000);
/// A command is forwarded at most this often; the node that gets it then serves it.
pub const MAX_HOPS: u8 = 2;
/// Between two tries at the same place.
const AGAIN: Duration = Duration::from_millis(2);
/// How long a sender waits for a fresh list after it was told that an entity has moved.
const READING_WITHIN: Duration = Duration::from_millis(50);

/// What a command carries about its way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RouteHeader {
    /// Identifies the attempt: a node that gets it twice carries it out once.
    pub attempt: Uuid,
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
    There(NodeId, RouteHeader),
}

/// What became of a try.
#[derive(Debug)]
pub enum Attempt<A> {
    Done(A),
    /// The activation ended under it: the next one decides it.
    Again,
    /// The node says that the entity lives elsewhere; the revision that node sees.
    Moved(u64),
    /// The node can't take this command, whatever else it can.
    Unfit,
    Silent(TransportError),
}

/// Why a command got nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteError {
    /// No answer came before the deadline: the command may have been carried out, or not.
    NoAnswer,
    /// Its owner is on another node, and we can't reach any.
    Away,
}

/// Routes commands; shared by everything that asks.
#[derive(Debug, Clone)]
pub struct Router {
    view: Arc<RwLock<View>>,
    /// Counts changes of who may own something.
    changed: watch::Sender<u64>,
    /// Asks the task that keeps the list of nodes to read it again.
    stale: Arc<Notify>,
    /// Counts the readings of the list, whether anything had changed or not.
    read: watch::Sender<u64>,
}

impl Router {
    /// A router by a view.
    #[must_use]
    pub fn new(view: Arc<RwLock<View>>) -> Self {
        Self { view, changed: watch::Sender::new(0), stale: Arc::default(), read: watch::Sender::new(0) }
    }

    /// The view it goes by.
    #[must_use]
    pub fn view(&self) -> &RwLock<View> {
        &self.view
    }

    /// Changes the view, and tells those that wait for changes if `change` says that others may own something now.
    pub fn update(&self, change: impl FnOnce(&mut View) -> bool) -> bool {
        let changed = change(&mut self.view.write());
        if changed {
            self.changed.send_modify(|count| *count += 1);
        }
        changed
    }

    /// Changes of who may own something, as they come.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Resolves when somebody has reason to think that the list is out of date.
    pub async fn stale(&self) {
        self.stale.notified().await;
    }

    /// Tells those that wait for a fresh list that it was read.
    pub fn refreshed(&self) {
        self.read.send_modify(|count| *count += 1);
    }

    /// Readings of the list, as they come.
    #[must_use]
    pub fn readings(&self) -> watch::Receiver<u64> {
        self.read.subscribe()
    }

    /// Asks for a fresh list, and waits a moment for it.
    pub async fn refresh(&self) {
        let mut readings = self.readings();
        self.stale.notify_one();
        let _ = tokio::time::timeout(READING_WITHIN, readings.changed()).await;
    }

    /// Tries a command wherever its entity may live, until it is done or the deadline has passed. Attempts of an idempotent
    /// command may overlap; any other waits until the previous attempt has expired.
    ///
    /// # Errors
    /// [`RouteError`]
    pub async fn route<A, F>(
        &self,
        key: EntityKey,
        deadline: Instant,
        idempotent: bool,
        attempt: impl Fn(Target) -> F,
    ) -> Result<A, RouteError>
    where
        F: Future<Output = Attempt<A>>,
    {
        let routing = async {
            let mut way = Way::default();
            loop {
                let (owner, me) = {
                    let view = self.view.read();
                    (view.owner(key, &way.skipped), view.me())
                };
                let outcome = if owner == me {
                    attempt(Target::Here).await
                } else {
                    let route = RouteHeader {
                        attempt: Uuid::new_v4(),
                        revision: self.view.read().revision(),
                        hops: way.hops,
                        skipped: way.skipped.clone(),
                    };
                    self.elsewhere(owner, idempotent, attempt(Target::There(owner, route))).await
                };
                match outcome {
                    Attempt::Done(answer) => return Ok(answer),
                    Attempt::Again => tokio::time::sleep(AGAIN).await,
                    // Only one that leaves sends a command on that has hopped enough.
                    Attempt::Moved(_) if way.hops == MAX_HOPS => way.skipped.push(owner),
                    Attempt::Moved(_) => {
                        way.hops += 1;
                        self.refresh().await;
                    }
                    Attempt::Unfit => way.skipped.push(owner),
                    Attempt::Silent(TransportError::Away) => {
                        let since = *way.away_since.get_or_insert_with(Instant::now);
                        if since.elapsed() > AWAY_FOR {
                            return Err(RouteError::Away);
                        }
                        tokio::time::sleep(READING_WITHIN).await;
                    }
                    Attempt::Silent(silence) => self.fell_silent(owner, silence, &mut way),
                }
            }
        };
        tokio::time::timeout_at(deadline, routing).await.unwrap_or(Err(RouteError::NoAnswer))
    }

    /// Waits for another node's answer, but no longer than it takes to know that the node is gone.
    async fn elsewhere<A>(
        &self,
        owner: NodeId,
        idempotent: bool,
        attempt: impl Future<Output = Attempt<A>>,
    ) -> Attempt<A> {
        let ends = Instant::now() + ATTEMPT_WITHIN;
        tokio::select! {
            outcome = attempt => outcome,
            () = self.suspected(owner) => {
                // It may wake up with the command in hand: only when it would drop it the next one may begin.
                if !idempotent {
                    tokio::time::sleep_until(ends).await;
                }
                Attempt::Silent(TransportError::NoAnswer)
            }
        }
    }

    /// Who is gone is left aside from now on; an answer that got lost is asked for again.
    fn fell_silent(&self, owner: NodeId, silence: TransportError, way: &mut Way) {
        if silence == TransportError::NoResponders {
            self.update(|view| view.silent(owner, silence, Instant::now()));
        }
        if self.view.read().suspects(owner) {
            way.skipped.push(owner);
        }
    }

    /// Resolves when a node comes under suspicion: there is no use in waiting for its answer.
    async fn suspected(&self, node: NodeId) {
        let mut changes = self.changes();
        while !self.view.read().is_under_suspicion(node) {
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

/// How far a command has come.
#[derive(Default)]
struct Way {
    hops: u8,
    skipped: Vec<NodeId>,
    away_since: Option<Instant>,
}

#[cfg(test)]
#[path = "router_tests.rs"]
mod tests;
