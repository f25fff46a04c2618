//! The only NATS: the connection, events out and in, and the frames of commands between nodes.
//!
//! NATS is a carrier and a cache: everything on it can be rebuilt from PostgreSQL's log. So nothing here is waited for by
//! anybody who waits for an answer, and losing all of it loses no event.

mod connection;
mod event;
mod members;
mod nodes;
mod seal;
pub mod wire;

pub use connection::{Access, Acknowledgement, Bus, BusError, Events, Keep, PublishFailed};
pub use event::EncodedEvent;
pub use members::{Change, Members};
pub use nodes::{Asked, Nodes, Requests};
pub use seal::{Seals, Use};
