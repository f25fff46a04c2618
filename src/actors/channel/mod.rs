//! Channels as entities: what they load, look up and append. What they decide is in `ajet_domain::channel`.
//!
//! Key: the channel's id. A crash loses the queue (callers ask again under the same key). What people may do is remembered by the
//! node, for all of its channels.

mod entity;

pub use entity::{Channel, Channels};
