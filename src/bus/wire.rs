//! Frames of commands between nodes: the one place that knows bincode.
//!
//! bincode does not describe itself, so the bytes are pinned by tests: enums only grow at their end, and any other change
//! takes a new wire version, which is part of the subject (`cluster.v{wire}.node.…`).

use ajet_cluster::RouteHeader;
use ajet_domain::ask::AskError;
use ajet_domain::{channel, community};
use ajet_protocol::{SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// A request on its way to a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// After this moment, by the receiver's clock, it is not executed: its caller has given up.
    pub deadline: Timestamp,
    pub route: RouteHeader,
    pub request: Request,
}

/// What a node, or an entity on it, is asked. Grows at its end only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    Channel(ajet_protocol::ChannelId, channel::Command),
    Community(ajet_protocol::CommunityId, community::Command),
    /// A session has ended: close its streams, take its token no more.
    EndSession(SessionId),
    /// How busy is the node?
    Describe,
    /// What is known of an entity here? Its kind by name.
    Inspect(String, uuid::Uuid),
    /// Kill an activation (chaos): its kind by name, and whether by a panic.
    Kill(String, uuid::Uuid, bool),
    /// Stop as after SIGTERM.
    Drain,
}

/// What came of it. Grows at its end only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    Channel(Result<channel::Answer, AskError<channel::Refusal>>),
    Community(Result<community::Answer, AskError<community::Refusal>>),
    /// The asked node does not own the entity; the roster revision it sees.
    Moved(u64),
    /// Done; whether there was anything to do.
    Done(bool),
    /// A report for operators, as JSON, which may grow.
    Report(String),
    /// The node does not know this request, or may not do it.
    Refused,
    /// The activation ended under the command, or the command came too late: ask again.
    Again,
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
