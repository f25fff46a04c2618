//! Feeds: one actor per community that somebody on this node listens to, and one for what concerns people alone.
//!
//! ```text
//!   local short cut ─┐
//!   NATS subject ────┼▶ feed: order by (stream, seq), drop duplicates, fill gaps from the log, wait for the rights
//!   watermark ───────┘      │
//!                           ▼
//!                  window of the node: frames, numbered, encoded once ◀── positions ── connections
//! ```
//!
//! Key: the community, or `people`. A crash loses nothing: the feed is started again where it was, and reads what it missed.
//! Nothing later on a stream is delivered before what comes earlier. Frames are not queued for anybody: a connection is a
//! position in the window, and a feed tells those that a frame is owed to.

mod actor;
mod cursor;
mod frame;
mod hub;
mod judge;
mod listen;
mod order;
mod place;
mod progress;
mod source;
mod stale;
#[cfg(test)]
mod tests;
mod turnover;
mod window;

pub use actor::FeedServices;
pub use cursor::{Cursors, Position};
pub use frame::{Frame, Reach};
pub use hub::Feeds;
pub use place::{Narrowed, Place};
pub use source::{FeedKey, Source};
pub use turnover::{Became, Moved, MovedWithin, Turnover};
pub use window::{Look, WINDOW_STAYS, Window};
