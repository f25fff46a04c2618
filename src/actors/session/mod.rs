//! Sessions: while a signed-in session has a live connection on this node, it lives here as one actor.
//!
//! It listens to the feeds of its person's communities, checks for every frame whether the person may see it, and fills
//! the bounded queue of each of its connections. A frame committed under a newer ACL version than the session knows makes
//! it read its view afresh before it delivers anything more. A connection that stays behind gets `resync` and ends.
//!
//! Key: the session's id. A crash ends its connections; their clients come back with their cursors.

mod actor;
mod alive;
mod connection;
mod hub;
mod services;
mod streams;

pub use connection::{Outgoing, Queue, QueueLimits, Scope};
pub use hub::{ConnectError, Connected, Sessions};
pub use services::{SessionLimits, SessionServices};
pub use streams::StreamLimits;
