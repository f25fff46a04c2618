//! Which peers are probed, and when one is probed out of turn. This decides, without IO; the server and the simulation
//! send the probes, each on its own network.
//!
//! A round probes the nodes that follow ours in the order of ids. In a larger cluster it also probes one of the other peers
//! in turn, so that every clock is measured now and then, and those of them that are suspected, so that a peer that answers
//! again is soon used again. A peer is probed out of turn when a request to it has no answer, when another node finds it
//! silent, and when its clock is in doubt.
//!
//! Only our own probes and requests make us suspect a peer. What another node says of it leads to a probe and to nothing
//! else: a starved node that suspects every other must not convince the cluster.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use tokio::time::Instant;

use crate::view::MISSES;
use crate::{NodeId, PROBE_EVERY, TransportError, View};

/// Peers probed in every round: the ones that follow ours in the order of ids.
const NEIGHBOURS: usize = 16;
/// Suspected peers beyond the neighbours that are probed in one round, in turn.
const SUSPECTS: usize = 16;
/// A peer that owes an answer is probed out of turn after this time without a sign of life. This time and the probes that
/// follow are shorter than an attempt, so that the next attempt goes to another node.
const UNANSWERED_FOR: Duration = Duration::from_millis(300);
/// How long a measured clock offset is used without measuring it again.
const CLOCK_HOLDS: Duration = Duration::from_secs(30);

/// Why a peer is probed out of turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A request to it has no answer yet.
    Unanswered,
    /// A request to it timed out.
    TimedOut,
    /// Another node finds it silent.
    Hearsay,
    /// A request came too late by its clock: that clock, or ours, may have been set.
    TooLate,
    /// A request is sent to it, and its clock offset may be old.
    OldClock,
}

impl Cause {
    /// A peer that answered one of our probes within this time is not probed for this cause.
    fn settled_for(self) -> Duration {
        match self {
            Self::Unanswered => UNANSWERED_FOR,
            Self::TimedOut => Duration::ZERO,
            Self::Hearsay | Self::TooLate => PROBE_EVERY,
            Self::OldClock => CLOCK_HOLDS,
        }
    }
}

/// Decides which peers are probed; cheap to clone, and the clones share their state.
#[derive(Debug, Clone)]
pub struct Prober {
    view: Arc<RwLock<View>>,
    /// Peers that are being probed out of turn.
    under_way: Arc<Mutex<HashSet<NodeId>>>,
    /// Counts the rounds.
    turn: Arc<AtomicUsize>,
}

impl Prober {
    /// A prober that goes by this view.
    #[must_use]
    pub fn new(view: Arc<RwLock<View>>) -> Self {
        Self { view, under_way: Arc::default(), turn: Arc::default() }
    }

    /// The peers to probe in the next round.
    #[must_use]
    pub fn round(&self) -> Vec<NodeId> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let view = self.view.read();
        let mut ring = view.others();
        let after_us = ring.iter().position(|node| *node > view.me()).unwrap_or(0);
        ring.rotate_left(after_us);
        let rest = ring.split_off(NEIGHBOURS.min(ring.len()));
        let (suspected, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|node| view.suspects(*node));
        ring.extend(in_turn(&others, turn, 1));
        ring.extend(in_turn(&suspected, turn, SUSPECTS));
        ring
    }

    /// A probe of a peer out of turn. `None` if it would tell nothing new (the peer is not on the roster, is suspected
    /// already, or has answered recently enough) or if the peer is being probed out of turn already.
    #[must_use]
    pub fn out_of_turn(&self, node: NodeId, cause: Cause) -> Option<OutOfTurn> {
        let heard_at = {
            let view = self.view.read();
            if node == view.me() || view.suspects(node) {
                return None;
            }
            view.heard_at(node)
        };
        if heard_at.is_some_and(|at| at.elapsed() < cause.settled_for()) {
            return None;
        }
        let first = self.under_way.lock().insert(node);
        first.then(|| OutOfTurn { node, prober: self.clone() })
    }

    /// Waits for a peer's answer to a request. Until it comes, `start` is handed probes to run in the background, so that a
    /// peer that owes an answer shows a sign of life every 300 ms, or is suspected before the attempt is over.
    ///
    /// # Errors
    /// The [`TransportError`] of the request.
    pub async fn await_answer<T>(
        &self,
        node: NodeId,
        asking: impl Future<Output = Result<T, TransportError>>,
        start: impl Fn(OutOfTurn),
    ) -> Result<T, TransportError> {
        let mut asking = std::pin::pin!(asking);
        let mut look_at = Instant::now() + UNANSWERED_FOR;
        loop {
            if let Ok(answer) = tokio::time::timeout_at(look_at, asking.as_mut()).await {
                if matches!(answer, Err(TransportError::NoAnswer)) {
                    self.out_of_turn(node, Cause::TimedOut).into_iter().for_each(&start);
                }
                return answer;
            }
            let heard_at = self.view.read().heard_at(node);
            self.out_of_turn(node, Cause::Unanswered).into_iter().for_each(&start);
            let now = Instant::now();
            let sign_of_life = heard_at.filter(|at| now - *at < UNANSWERED_FOR).unwrap_or(now);
            look_at = sign_of_life + UNANSWERED_FOR;
        }
    }
}

/// A probe out of turn of one peer; there is one at a time for each.
#[derive(Debug)]
#[must_use = "until it is dropped the peer is not probed out of turn by others"]
pub struct OutOfTurn {
    node: NodeId,
    prober: Prober,
}

impl OutOfTurn {
    /// Probes the peer until it answers or is suspected, twice at most. `probe` notes the outcome in the view, and returns
    /// [`TransportError::Away`] if the trouble is on our side.
    pub async fn run<F>(self, probe: impl Fn(NodeId) -> F)
    where
        F: Future<Output = Result<(), TransportError>>,
    {
        for _ in 0..MISSES {
            let found = probe(self.node).await;
            if found != Err(TransportError::NoAnswer) || self.is_suspected() {
                return;
            }
        }
    }

    fn is_suspected(&self) -> bool {
        self.prober.view.read().suspects(self.node)
    }
}

impl Drop for OutOfTurn {
    fn drop(&mut self) {
        self.prober.under_way.lock().remove(&self.node);
    }
}

/// Some of these nodes; the next ones in each turn.
fn in_turn(nodes: &[NodeId], turn: usize, many: usize) -> impl Iterator<Item = NodeId> {
    let many = many.min(nodes.len());
    let from = turn.wrapping_mul(many).checked_rem(nodes.len()).unwrap_or(0);
    nodes.iter().copied().cycle().skip(from).take(many)
}

#[cfg(test)]
#[path = "prober_tests.rs"]
mod tests;
