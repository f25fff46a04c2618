//! Who is alive, who owns what, and how a command finds its entity's owner. No NATS, no HTTP; time comes from tokio's
//! clock, which the simulation stops and turns at will.
//!
//! ```text
//!   membership (KV) ──▶ View ◀── probes, silences ◀── Prober: whom to probe, and when out of turn
//!                        │ owner(key): rendezvous ranking of those not suspected
//!   command ──▶ Router ──┴─▶ here: the local activation · there: Transport · moved, silent: on to the next
//! ```
//!
//! Placement is rendezvous hashing over the roster: every node ranks all nodes for an entity alike, without talking, and
//! when a node leaves only what it owned moves. Rosters may differ for a moment; the log's fence keeps that harmless.

mod guard;
mod peer;
mod placement;
mod probe;
mod prober;
mod router;
mod transport;
mod view;

pub use guard::{Guard, STALL};
pub use peer::{NodeId, Peer};
pub use placement::{EntityKey, Kind, Roster};
pub use probe::{OUT_OF_TURN_WITHIN, PROBE_EVERY, PROBE_WITHIN, Probed, probe};
pub use prober::{Cause, OutOfTurn, Prober};
pub use router::{ATTEMPT_WITHIN, Attempt, MAX_HOPS, RouteError, RouteHeader, Router, Target};
pub use transport::{Health, Transport, TransportError};
pub use view::{Admission, Seen, View};
