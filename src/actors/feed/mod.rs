//! Feeds: one actor per community that somebody on this node listens to.
//!
//! ```text
//!   local short cut ─┐
//!   NATS subject ────┼▶ feed: order by (stream, seq), drop duplicates, fill gaps from the log ─▶ sessions
//!   watermark ───────┘        encode the frame once
//! ```
//!
//! Key: the community. A crash loses nothing: sessions are attached again by their own actors, and the watermark shows
//! what was missed. Nothing later on a stream is delivered before what comes earlier.

mod actor;
mod cursor;
mod frame;
mod hub;
mod order;
#[cfg(test)]
mod tests;

pub use actor::Sink;
pub use cursor::{Cursor, Position};
pub use frame::Frame;
pub use hub::Feeds;
