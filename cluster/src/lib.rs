//! Who is alive and who owns what: placement of entities on nodes. No NATS, no HTTP, no clock.
//!
//! Placement is rendezvous hashing over the roster: every node ranks all nodes for an entity alike, without talking, and
//! when a node leaves only what it owned moves. Rosters may differ for a moment; the log's fence keeps that harmless.

mod placement;

pub use placement::{EntityKey, Kind, NodeId, Owner, Placement, Roster, SingleNode};
