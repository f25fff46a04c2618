//! Sessions: while a signed-in session has a live connection on this node, and for a while after, it lives here as one actor.
//!
//! The actor opens connections and knows what they listen to; its person's rights are held on the node meanwhile. Frames do not
//! pass through it: each connection is a position in the node's window, and judges every frame by the rights of the moment
//! at which it is sent. A connection that stays behind reads on from the log, and then gets `resync` and ends.
//!
//! Key: the session's id. A crash ends its connections; their clients come back with their cursors.

mod actor;
mod alive;
mod connection;
mod hub;
mod listening;
mod replay;
mod services;
mod streams;
mod turnover;

pub use connection::{Connection, Outgoing};
pub use hub::{ConnectError, Connected, ConnectionGuard, Sessions};
pub use services::{SessionLimits, SessionServices};
pub use streams::StreamLimits;
