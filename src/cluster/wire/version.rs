//! The versions of the wire, and how each reads and writes.

use ajet_cluster::{NodeId, View};
use ajet_domain::verb::Codec;
use ajet_protocol::subjects::WIRE_VERSIONS;

use super::codec::Bincode;
use super::frame::{Frame, Reply, Request};
use super::v2;

/// A version that this node speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// That of release 0.1.0: it holds records of the API.
    V2,
    /// Types of the wire's own.
    V3,
}

/// All of them, the oldest first.
pub const SPOKEN: [Version; 2] = [Version::V2, Version::V3];

impl Version {
    /// The version's number, part of the subject.
    #[must_use]
    pub fn number(self) -> u16 {
        WIRE_VERSIONS[self as usize]
    }

    /// The highest version that a node speaks as well. With one that is not listed, or that speaks none of ours, it is the newest
    /// one: then there is no answer.
    #[must_use]
    pub fn with(view: &View, node: NodeId) -> Self {
        let speaks = |version: &Self| view.peer(node).is_none_or(|peer| peer.speaks(version.number()));
        SPOKEN.into_iter().rev().find(speaks).unwrap_or(Version::V3)
    }

    /// A request as bytes; `None` where this version has no such request.
    #[must_use]
    pub fn encode(self, frame: &Frame) -> Option<Vec<u8>> {
        match self {
            Version::V2 => v2::encode(frame),
            Version::V3 => Bincode.write(frame),
        }
    }

    /// A request that came in this version.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Option<Frame> {
        match self {
            Version::V2 => v2::decode(bytes),
            Version::V3 => Bincode.read(bytes),
        }
    }

    /// The reply to a request as bytes.
    #[must_use]
    pub fn encode_reply(self, reply: &Reply, asked: &Request) -> Option<Vec<u8>> {
        match self {
            Version::V2 => v2::encode_reply(reply, asked),
            Version::V3 => Bincode.write(reply),
        }
    }

    /// The reply to a request that was sent in this version.
    #[must_use]
    pub fn decode_reply(self, bytes: &[u8], asked: &Request) -> Option<Reply> {
        match self {
            Version::V2 => v2::decode_reply(bytes, asked),
            Version::V3 => Bincode.read(bytes),
        }
    }
}
