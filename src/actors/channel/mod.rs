//! Channels as entities: what they load, look up and append. What they decide is in `ajet_domain::channel`.
//!
//! Key: the channel's id. A crash loses the queue (callers ask again under the same key) and the memory of standings.

mod entity;
mod memory;

pub use entity::{Channel, Channels};
