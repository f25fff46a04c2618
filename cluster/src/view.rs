//! What one node believes about the others: who is listed, who answers, and so who owns what.
//!
//! Listed peers come from the membership bucket; while that is out of reach the list stays as it is. Suspicion comes from
//! silence and is faster. A peer that is listed no more stays as long as it still answers: a bucket that was wiped must
//! not make everybody look dead.
//!
//! A method that can change who may own something returns whether it did: then, and only then, entities may have moved.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::{EntityKey, MAX_HOPS, NodeId, Peer, Roster, RouteHeader, TransportError};

/// Unanswered probes after which a node is suspected.
pub(crate) const MISSES: u32 = 2;
/// How long a peer that is no longer listed stays if it was heard of.
const KEPT_FOR: Duration = Duration::from_secs(3);

/// One node's view of the cluster.
#[derive(Debug)]
pub struct View {
    me: NodeId,
    known: BTreeMap<NodeId, Known>,
    /// Those that may own something: rebuilt when membership, suspicion or our leaving changes, so that finding an owner
    /// looks nothing up.
    eligible: Roster,
    /// On our way out: whatever we owned belongs to others.
    leaving: bool,
    /// Out of reach of the database.
    storeless: bool,
}

#[derive(Debug)]
struct Known {
    peer: Peer,
    listed: bool,
    suspected: bool,
    missed: u32,
    /// When the last unanswered probe was counted.
    missed_at: Option<Instant>,
    heard: Option<Heard>,
}

/// A node's last answer to a probe.
#[derive(Debug, Clone, Copy)]
struct Heard {
    at: Instant,
    /// How far its clock was ahead of ours, in milliseconds.
    clock_ahead_ms: i64,
}

/// A peer and what we think of it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub peer: Peer,
    pub suspected: bool,
    pub clock_ahead_ms: Option<i64>,
}

/// What a node does with a command that was sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    Serve,
    /// The sender knows of peers that we have not heard of: look at the list, then ask again.
    LookFirst,
    /// It belongs elsewhere; the revision we see.
    Moved(u64),
}

impl View {
    /// The view of a node that knows itself alone.
    #[must_use]
    pub fn new(me: Peer) -> Self {
        let id = me.id;
        let mut view = Self {
            me: id,
            known: BTreeMap::new(),
            eligible: Roster::new([]),
            leaving: false,
            storeless: false,
        };
        view.take(me);
        view.refill();
        view
    }

    /// Takes the whole list as the bucket has it. True where that changes who may own something.
    pub fn listed(&mut self, peers: Vec<Peer>, now: Instant) -> bool {
        for known in self.known.values_mut() {
            known.listed = false;
        }
        peers.into_iter().for_each(|peer| self.take(peer));
        self.forget_gone(now)
    }

    /// A peer joined, or is still there. True where that changes who may own something.
    pub fn joined(&mut self, peer: Peer) -> bool {
        let was_known = self.known.contains_key(&peer.id);
        self.take(peer);
        !was_known && self.refill()
    }

    /// A peer said good-bye. True where that changes who may own something.
    pub fn left(&mut self, node: NodeId) -> bool {
        node != self.me && self.known.remove(&node).is_some() && self.refill()
    }

    /// A peer's entry expired. True where that changes who may own something.
    pub fn expired(&mut self, node: NodeId, now: Instant) -> bool {
        let Some(known) = self.known.get_mut(&node) else { return false };
        known.listed = false;
        self.forget_gone(now)
    }

    /// Records a probe reply: clock offset, and whether the node can own entities. Returns whether ownership may have changed.
    pub fn heard(&mut self, node: NodeId, clock_ahead_ms: i64, fit: bool, now: Instant) -> bool {
        // Where we are no better off ourselves there is nothing to take over.
        let fit = fit || self.storeless;
        let Some(known) = self.known.get_mut(&node) else { return false };
        known.heard = Some(Heard { at: now, clock_ahead_ms });
        known.missed = 0;
        std::mem::replace(&mut known.suspected, !fit) == fit && self.refill()
    }

    /// Whether we can reach the database ourselves.
    pub fn storeless(&mut self, storeless: bool) {
        self.storeless = storeless;
    }

    /// A node did not answer our own request or probe. True where that changes who may own something: it is suspected from
    /// now on.
    pub fn silent(&mut self, node: NodeId, silence: TransportError, now: Instant) -> bool {
        let Some(known) = self.known.get_mut(&node).filter(|_| node != self.me) else { return false };
        match silence {
            TransportError::Away => return false,
            TransportError::NoResponders => known.missed = MISSES,
            TransportError::NoAnswer => {
                known.missed += 1;
                known.missed_at = Some(now);
            }
        }
        known.suspected |= known.missed >= MISSES;
        self.forget_gone(now)
    }

    /// A probe that was sent at this time had no answer. It counts only if nothing later is known of the node: probes that
    /// overlap tell of one silence, not of two. True where that changes who may own something.
    pub fn missed(&mut self, node: NodeId, sent: Instant, now: Instant) -> bool {
        let Some(known) = self.known.get(&node) else { return false };
        let latest = known.missed_at.max(known.heard.map(|heard| heard.at));
        latest.is_none_or(|at| at <= sent) && self.silent(node, TransportError::NoAnswer, now)
    }

    /// We own nothing any more. True where that changes who may own something.
    pub fn leave(&mut self) -> bool {
        self.leaving = true;
        self.refill()
    }

    /// Whether we are on our way out.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// The node whose view this is.
    #[must_use]
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// Rises when somebody joins.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.known.values().map(|known| known.peer.joined).max().unwrap_or(0)
    }

    /// The node that owns an entity, leaving out skipped and suspected nodes. A leaving node owns an entity only if no other
    /// node is left.
    #[must_use]
    pub fn owner(&self, key: EntityKey, skipped: &[NodeId]) -> NodeId {
        self.eligible.owner(key, |node| !skipped.contains(&node)).unwrap_or(self.me)
    }

    /// Whether a node is suspected.
    #[must_use]
    pub fn suspects(&self, node: NodeId) -> bool {
        self.known.get(&node).is_none_or(|known| known.suspected)
    }

    /// Whether a node that is there is suspected: one that said good-bye still finishes what it has.
    #[must_use]
    pub fn is_under_suspicion(&self, node: NodeId) -> bool {
        self.known.get(&node).is_some_and(|known| known.suspected)
    }

    /// How far a node's clock is ahead of ours, if it was probed.
    #[must_use]
    pub fn clock_ahead_ms(&self, node: NodeId) -> Option<i64> {
        if node == self.me { Some(0) } else { Some(self.known.get(&node)?.heard?.clock_ahead_ms) }
    }

    /// When a node last answered a probe of ours, if it did: that is also when its clock was measured.
    #[must_use]
    pub fn heard_at(&self, node: NodeId) -> Option<Instant> {
        Some(self.known.get(&node)?.heard?.at)
    }

    /// What to do with a command for an entity. After `MAX_HOPS` a node serves it even if it is not the owner: two nodes that
    /// each name the other as owner would forward it for ever, and the log's fence keeps even the wrong one correct.
    #[must_use]
    pub fn admit(&self, key: EntityKey, route: &RouteHeader) -> Admission {
        if self.owner(key, &route.skipped) == self.me || (route.hops >= MAX_HOPS && !self.leaving) {
            return Admission::Serve;
        }
        if route.revision > self.revision() {
            return Admission::LookFirst;
        }
        Admission::Moved(self.revision())
    }

    /// Everybody on the roster.
    pub fn members(&self) -> impl Iterator<Item = Seen> {
        self.known.values().map(|known| Seen {
            peer: known.peer.clone(),
            suspected: known.suspected,
            clock_ahead_ms: known.heard.map(|heard| heard.clock_ahead_ms),
        })
    }

    /// What a node says of itself, if it is listed.
    #[must_use]
    pub fn peer(&self, node: NodeId) -> Option<&Peer> {
        self.known.get(&node).map(|known| &known.peer)
    }

    /// Everybody else's id.
    #[must_use]
    pub fn others(&self) -> Vec<NodeId> {
        self.known.keys().copied().filter(|node| *node != self.me).collect()
    }

    fn take(&mut self, peer: Peer) {
        let fresh = |peer: Peer| Known {
            peer,
            listed: true,
            suspected: false,
            missed: 0,
            missed_at: None,
            heard: None,
        };
        match self.known.get_mut(&peer.id) {
            Some(known) => (known.peer, known.listed) = (peer, true),
            None => drop(self.known.insert(peer.id, fresh(peer))),
        }
    }

    fn forget_gone(&mut self, now: Instant) -> bool {
        let me = self.me;
        self.known.retain(|node, known| {
            let answers = !known.suspected && known.heard.is_some_and(|heard| now - heard.at < KEPT_FOR);
            *node == me || known.listed || answers
        });
        self.refill()
    }

    /// Finds out who may own something; true where that is not as it was.
    fn refill(&mut self) -> bool {
        let eligible = Roster::new(self.known.iter().filter_map(|(node, known)| {
            let may = if *node == self.me { !self.leaving } else { !known.suspected };
            may.then_some(*node)
        }));
        let changed = eligible != self.eligible;
        self.eligible = eligible;
        changed
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
