//! Frames of commands between nodes: the one place that knows bincode.
//!
//! bincode does not describe itself, so the bytes are pinned by tests: enums only grow at their end, and any other change
//! takes a new wire version, which is part of the subject (`cluster.v{wire}.node.…`).

use ajet_domain::{channel, community};
use ajet_protocol::Timestamp;
use serde::{Deserialize, Serialize};

/// A command on its way to the entity's owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// After this moment nobody executes it: its caller has given up.
    pub deadline: Timestamp,
    /// The roster under which it was sent.
    pub roster_revision: u64,
    /// How many nodes have passed it on.
    pub hops: u8,
    pub request: Request,
}

/// What an entity is asked. Grows at its end only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    Channel(ajet_protocol::ChannelId, channel::Command),
    Community(ajet_protocol::CommunityId, community::Command),
}

/// What came of it. Grows at its end only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    Channel(Result<channel::Answer, channel::Refusal>),
    Community(Result<community::Answer, community::Refusal>),
    /// The asked node does not own the entity.
    Moved,
    /// The owner can't answer now.
    Unavailable,
}

/// Bytes that are no frame of this wire version.
#[derive(Debug, thiserror::Error)]
#[error("not a frame of this wire version")]
pub struct BadFrame;

/// Encodes a frame or reply.
///
/// # Errors
/// [`BadFrame`] never, for the types here; the encoder's signature allows it.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, BadFrame> {
    bincode::serde::encode_to_vec(value, bincode::config::standard()).map_err(|_| BadFrame)
}

/// Decodes a frame or reply; trailing bytes are refused.
///
/// # Errors
/// [`BadFrame`], when the bytes are anything else.
pub fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, BadFrame> {
    let limits = bincode::config::standard().with_limit::<{ 1 << 20 }>();
    let (value, read) = bincode::serde::decode_from_slice(bytes, limits).map_err(|_| BadFrame)?;
    if read == bytes.len() { Ok(value) } else { Err(BadFrame) }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
