//! Rendezvous placement.

use std::sync::Arc;

/// A kind of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Community,
    Channel,
    User,
}

/// An entity, anywhere in the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityKey {
    pub kind: Kind,
    /// The entity's UUID.
    pub id: u128,
}

/// A node of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u128);

/// The nodes that are alive, as one node sees them, at one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    pub revision: u64,
    nodes: Arc<[NodeId]>,
}

/// Where an entity lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// On the asking node.
    Here,
    /// On another one.
    Node(NodeId),
}

/// Says who owns an entity. One node alone and the live roster are its two universes.
pub trait Placement: Send + Sync {
    /// The owner, as the asking node sees it now.
    fn owner(&self, key: EntityKey) -> Owner;
}

/// A cluster of one: everything lives here.
#[derive(Debug, Clone, Copy, Default)]
pub struct SingleNode;

impl Placement for SingleNode {
    fn owner(&self, _: EntityKey) -> Owner {
        Owner::Here
    }
}

impl Roster {
    /// A roster of these nodes.
    #[must_use]
    pub fn new(revision: u64, nodes: &[NodeId]) -> Self {
        let mut sorted = nodes.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        Self { revision, nodes: sorted.into() }
    }

    /// All nodes, best owner first; the next in line takes over where one does not answer.
    #[must_use]
    pub fn ranking(&self, key: EntityKey) -> Vec<NodeId> {
        let mut ranked = self.nodes.to_vec();
        ranked.sort_unstable_by_key(|node| std::cmp::Reverse((weight(key, *node), *node)));
        ranked
    }

    /// The best owner; `None` for an empty roster.
    #[must_use]
    pub fn owner(&self, key: EntityKey) -> Option<NodeId> {
        self.nodes.iter().copied().max_by_key(|node| (weight(key, *node), *node))
    }
}

/// A node's weight for an entity: equal on every node of every build, so it is spelled out here (splitmix64).
fn weight(key: EntityKey, node: NodeId) -> u64 {
    let parts = [key.kind as u64, (key.id >> 64) as u64, key.id as u64, (node.0 >> 64) as u64, node.0 as u64];
    parts.into_iter().fold(0x9e37_79b9_7f4a_7c15, |state, part| mix(state ^ part))
}

fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: [NodeId; 4] = [NodeId(11), NodeId(22), NodeId(33), NodeId(44)];

    fn keys() -> impl Iterator<Item = EntityKey> {
        (0..8000_u128).map(|id| EntityKey { kind: Kind::Channel, id: id << 70 | id })
    }

    #[test]
    fn load_is_even() {
        let roster = Roster::new(1, &NODES);
        for node in NODES {
            let owned = keys().filter(|key| roster.owner(*key) == Some(node)).count();
            assert!((1800..2200).contains(&owned), "{node:?} owns {owned} of 8000");
        }
    }

    #[test]
    fn only_what_a_leaving_node_owned_moves() {
        let (before, after) = (Roster::new(1, &NODES), Roster::new(2, &NODES[..3]));
        for key in keys().filter(|key| before.owner(*key) != Some(NODES[3])) {
            assert_eq!(before.owner(key), after.owner(key));
        }
    }

    #[test]
    fn the_owner_leads_the_ranking_and_the_next_takes_over() {
        let roster = Roster::new(1, &NODES);
        for key in keys().take(100) {
            let ranking = roster.ranking(key);
            assert_eq!(roster.owner(key), Some(ranking[0]));
            let rest: Vec<_> = NODES.into_iter().filter(|node| *node != ranking[0]).collect();
            assert_eq!(Roster::new(2, &rest).owner(key), Some(ranking[1]));
        }
        assert_eq!(Roster::new(1, &[]).owner(EntityKey { kind: Kind::User, id: 1 }), None);
    }

    #[test]
    fn weights_never_change_between_builds() {
        assert_eq!(
            weight(EntityKey { kind: Kind::Community, id: 1 }, NodeId(1)),
            weight(EntityKey { kind: Kind::Community, id: 1 }, NodeId(1))
        );
        assert_eq!(
            Roster::new(1, &NODES).owner(EntityKey { kind: Kind::Channel, id: 42 }),
            Roster::new(9, &NODES).owner(EntityKey { kind: Kind::Channel, id: 42 })
        );
    }
}
