//! The only NATS: the connection, events out and in, and the frames of commands between nodes.
//!
//! NATS is a carrier and a cache: everything on it can be rebuilt from PostgreSQL's log. So nothing here is waited for by
//! anybody who waits for an answer, and losing all of it loses no event.

mod connection;
mod event;
mod incoming;
mod nodes;
mod peers;
mod presence;
mod seal;

pub use connection::{Acknowledgement, Bus, BusError, BusOptions, PublishFailed, Retention};
pub use event::EncodedEvent;
pub use incoming::{Events, Notices, Passing};
pub use nodes::{Asked, Nodes, Requests, WireOf};
pub use peers::{Change, Peers};
pub use presence::{PresenceBus, PresenceFrames};
pub use seal::{Seals, Use};
