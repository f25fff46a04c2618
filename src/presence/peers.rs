//! Who is online at the other nodes, as they told.
//!
//! Pure: time is an argument. What a node told holds until a while after its last word, whatever became of it.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use ajet_cluster::NodeId;
use ajet_protocol::UserId;

/// Nodes that are remembered; a further one is not heard.
const NODES: usize = 256;
/// People who are remembered of all nodes together, with some 32 bytes each.
const PEOPLE: usize = 1_000_000;

/// What one node told.
struct Peer {
    people: HashSet<UserId>,
    /// The number of its last frame.
    number: u64,
    heard: Instant,
    /// Of a whole that comes in parts: the next one, and who was in those before.
    gathering: Option<(u16, HashSet<UserId>)>,
    /// Whether it has told of everybody once, and not only of who came and went.
    whole: bool,
}

/// What all other nodes told.
#[derive(Default)]
pub struct Peers(HashMap<NodeId, Peer>);

impl Peers {
    /// A frame came from a node. Whether it is to be taken in: not if it was taken before, or overtaken by a later one.
    pub fn heard(&mut self, node: NodeId, number: u64, now: Instant) -> bool {
        if !self.0.contains_key(&node) && self.0.len() >= NODES {
            return false;
        }
        let fresh = || Peer { people: HashSet::new(), number: 0, heard: now, gathering: None, whole: false };
        let peer = self.0.entry(node).or_insert_with(fresh);
        if number <= peer.number {
            return false;
        }
        if number != peer.number + 1 {
            // A part may be missing.
            peer.gathering = None;
        }
        (peer.number, peer.heard) = (number, now);
        true
    }

    /// A part of everybody at a node; those who differ from before, once it was the last part.
    pub fn all(&mut self, node: NodeId, (part, of): (u16, u16), people: Vec<UserId>) -> Vec<UserId> {
        let most = PEOPLE.saturating_sub(self.beside(node));
        let Some(peer) = self.0.get_mut(&node) else { return Vec::new() };
        let (next, mut gathered) = match peer.gathering.take() {
            _ if part == 0 => (0, HashSet::new()),
            Some(gathering) => gathering,
            None => return Vec::new(),
        };
        if next != part {
            return Vec::new();
        }
        let room = most.saturating_sub(gathered.len());
        gathered.extend(people.into_iter().take(room));
        let next = part.saturating_add(1);
        if next < of {
            peer.gathering = Some((next, gathered));
            return Vec::new();
        }
        peer.whole = true;
        let before = std::mem::replace(&mut peer.people, gathered);
        before.symmetric_difference(&peer.people).copied().collect()
    }

    /// People came to be online at a node.
    pub fn came(&mut self, node: NodeId, people: &[UserId]) {
        let most = PEOPLE.saturating_sub(self.beside(node));
        if let Some(peer) = self.0.get_mut(&node) {
            let room = most.saturating_sub(peer.people.len());
            peer.people.extend(people.iter().take(room));
        }
    }

    /// People are not online at a node any more.
    pub fn went(&mut self, node: NodeId, people: &[UserId]) {
        if let Some(peer) = self.0.get_mut(&node) {
            for person in people {
                peer.people.remove(person);
            }
        }
    }

    /// Forgets the nodes that have been silent for a while; who was online there.
    pub fn forget_silent(&mut self, silent: Duration, now: Instant) -> Vec<UserId> {
        let is_silent = |peer: &Peer| now.saturating_duration_since(peer.heard) >= silent;
        let gone = self.0.extract_if(|_, peer| is_silent(peer));
        gone.flat_map(|(_, peer)| peer.people).collect()
    }

    /// Whether a node has told of everybody who is with it.
    pub fn has_told(&self, node: NodeId) -> bool {
        self.0.get(&node).is_some_and(|peer| peer.whole)
    }

    /// Whether a person is online at one of them.
    pub fn has(&self, person: UserId) -> bool {
        self.0.values().any(|peer| peer.people.contains(&person))
    }

    /// Everybody, some more than once.
    pub fn people(&self) -> impl Iterator<Item = UserId> {
        self.0.values().flat_map(|peer| peer.people.iter().copied())
    }

    /// How many people are remembered; who is online at two nodes counts twice.
    pub fn len(&self) -> usize {
        self.0.values().map(|peer| peer.people.len()).sum()
    }

    /// How many are remembered of other nodes than this one.
    fn beside(&self, node: NodeId) -> usize {
        self.len() - self.0.get(&node).map_or(0, |peer| peer.people.len())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NODE: NodeId = NodeId(Uuid::from_u128(1));

    fn person(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn sorted(mut people: Vec<UserId>) -> Vec<UserId> {
        people.sort_unstable();
        people
    }

    #[test]
    fn a_frame_counts_once_and_in_its_order() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        let taken = [1, 1, 3, 2, 4].map(|number| peers.heard(NODE, number, now));
        assert_eq!(taken, [true, false, true, false, true]);
        assert!(peers.heard(NodeId(Uuid::from_u128(2)), 1, now), "each node counts for itself");
    }

    #[test]
    fn a_whole_replaces_what_was_told_once_all_of_it_is_there() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        assert!(peers.heard(NODE, 1, now));
        peers.came(NODE, &[person(1), person(2)]);
        assert!(peers.heard(NODE, 2, now));
        assert!(peers.all(NODE, (0, 2), vec![person(2)]).is_empty(), "half of it");
        assert!(peers.has(person(1)) && !peers.has_told(NODE));
        assert!(peers.heard(NODE, 3, now));
        assert_eq!(sorted(peers.all(NODE, (1, 2), vec![person(3)])), [person(1), person(3)]);
        assert_eq!([1, 2, 3].map(|n| peers.has(person(n))), [false, true, true]);
        assert!(peers.has_told(NODE));
    }

    #[test]
    fn a_whole_with_a_part_missing_is_no_whole() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        peers.heard(NODE, 1, now);
        peers.came(NODE, &[person(1)]);
        peers.heard(NODE, 2, now);
        peers.all(NODE, (0, 3), vec![person(2)]);
        peers.heard(NODE, 4, now);
        assert!(peers.all(NODE, (2, 3), vec![person(3)]).is_empty());
        assert_eq!([1, 2, 3].map(|n| peers.has(person(n))), [true, false, false]);
    }

    #[test]
    fn what_a_node_told_holds_for_a_while_after_its_last_word() {
        let (mut peers, now, away) = (Peers::default(), Instant::now(), Duration::from_secs(120));
        peers.heard(NODE, 1, now);
        peers.came(NODE, &[person(1), person(2)]);
        peers.heard(NODE, 2, now + away / 2);
        peers.went(NODE, &[person(2)]);
        assert!(peers.forget_silent(away, now + away).is_empty() && peers.has(person(1)));
        assert_eq!(peers.forget_silent(away, now + away / 2 + away), [person(1)]);
        assert!(!peers.has(person(1)) && peers.people().next().is_none());
    }

    /// I12.
    #[test]
    fn nodes_beyond_a_number_are_not_heard() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        let heard = (0..300).filter(|n| peers.heard(NodeId(Uuid::from_u128(*n)), 1, now)).count();
        assert_eq!(heard, NODES);
        assert!(peers.heard(NodeId(Uuid::nil()), 2, now), "those that are known are");
    }
}
