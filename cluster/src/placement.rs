//! Rendezvous placement.

use std::sync::Arc;

use crate::NodeId;

/// A kind of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Community,
    Channel,
    User,
}

impl Kind {
    /// The kind of this number; numbers stand in frames between nodes, and never change.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        [Kind::Community, Kind::Channel, Kind::User].into_iter().find(|kind| *kind as u8 == number)
    }
}

/// An entity, anywhere in the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityKey {
    pub kind: Kind,
    /// The entity's UUID.
    pub id: u128,
}

/// The nodes that are alive, as one node sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    nodes: Arc<[NodeId]>,
}

impl Roster {
    /// A roster of these nodes.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = NodeId>) -> Self {
        let mut sorted: Vec<_> = nodes.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self { nodes: sorted.into() }
    }

    /// The best owner among those that may be one; `None` where none may.
    #[must_use]
    pub fn owner(&self, key: EntityKey, may: impl Fn(NodeId) -> bool) -> Option<NodeId> {
        let seed = seed(key);
        let candidates = self.nodes.iter().copied().filter(|node| may(*node));
        candidates.max_by_key(|node| (weight(seed, *node), *node))
    }
}

/// The entity's part of every weight: equal on every node of every build, so it is spelled out here (splitmix64).
fn seed(key: EntityKey) -> u64 {
    let parts = [key.kind as u64, (key.id >> 64) as u64, key.id as u64];
    parts.into_iter().fold(0x9e37_79b9_7f4a_7c15, |state, part| mix(state ^ part))
}

/// A node's weight for the entity of this seed.
fn weight(seed: u64, node: NodeId) -> u64 {
    let (high, low) = node.0.as_u64_pair();
    mix(mix(seed ^ high) ^ low)
}

fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn nodes() -> Vec<NodeId> {
        [11, 22, 33, 44].map(|id| NodeId(Uuid::from_u128(id))).to_vec()
    }

    fn keys() -> impl Iterator<Item = EntityKey> {
        (0..8000_u128).map(|id| EntityKey { kind: Kind::Channel, id: id << 70 | id })
    }

    fn owner(roster: &Roster, key: EntityKey) -> Option<NodeId> {
        roster.owner(key, |_| true)
    }

    #[test]
    fn load_is_even() {
        let roster = Roster::new(nodes());
        for node in nodes() {
            let owned = keys().filter(|key| owner(&roster, *key) == Some(node)).count();
            assert!((1800..2200).contains(&owned), "{node:?} owns {owned} of 8000");
        }
    }

    #[test]
    fn only_what_a_leaving_node_owned_moves() {
        let all = nodes();
        let (before, after) = (Roster::new(all.clone()), Roster::new(all[..3].iter().copied()));
        for key in keys().filter(|key| owner(&before, *key) != Some(all[3])) {
            assert_eq!(owner(&before, key), owner(&after, key));
        }
    }

    #[test]
    fn where_the_owner_may_not_be_the_next_in_line_takes_over() {
        let all = nodes();
        let roster = Roster::new(all.clone());
        for key in keys().take(100) {
            let first = owner(&roster, key).expect("somebody");
            let without = Roster::new(all.iter().copied().filter(|node| *node != first));
            assert_eq!(roster.owner(key, |node| node != first), owner(&without, key));
        }
        assert_eq!(owner(&Roster::new([]), EntityKey { kind: Kind::User, id: 1 }), None);
    }

    #[test]
    fn weights_never_change_between_builds() {
        let node = NodeId(Uuid::from_u128(7));
        let weight = weight(seed(EntityKey { kind: Kind::Channel, id: 42 }), node);
        assert_eq!(weight, 13_061_935_488_465_002_859, "two versions side by side must agree on every owner");
    }
}
