//! A node as the others know it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A running server process: a restarted one is another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub Uuid);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for NodeId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// What a node says of itself in the membership bucket. Grows by optional fields only: older nodes read it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    pub id: NodeId,
    /// The database it serves: nodes of another one may share the NATS, and are none of ours.
    pub database: Uuid,
    /// What operators call it.
    pub name: String,
    /// Where its HTTP listens, as `host:port`.
    pub addr: String,
    pub pid: u32,
    /// The server's version.
    pub version: String,
    /// The version of the commands that it understands; the highest one, where there are several.
    pub wire: u16,
    /// Milliseconds since the epoch, by its own clock.
    pub started_at_ms: u64,
    /// Rises whenever somebody joins: the bucket's revision at which this node did.
    #[serde(default)]
    pub joined: u64,
    /// All versions of the commands that it understands. Nodes of release 0.1.0 name only one, in `wire`.
    #[serde(default)]
    pub wires: Vec<u16>,
}

impl Peer {
    /// Whether it understands commands of this version.
    #[must_use]
    pub fn speaks(&self, wire: u16) -> bool {
        self.wire == wire || self.wires.contains(&wire)
    }
}
