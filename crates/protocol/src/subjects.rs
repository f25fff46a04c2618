//! The names of all NATS subjects; no other module spells one.

use std::fmt;

use uuid::Uuid;

use crate::{ChannelId, CommunityId, UserId};

/// The JetStream stream that keeps durable events for replay.
pub const STREAM: &str = "CHAT";
/// What the stream captures.
pub const STREAM_SUBJECTS: [&str; 3] = ["chat.events.>", "chat.dm.>", "chat.notifications.>"];
/// All communities' events (EB-7).
pub const ALL_EVENTS: &str = "chat.events.*";
/// What concerns one person alone, of all people.
pub const ALL_NOTIFICATIONS: &str = "chat.notifications.*";
/// Typing in all direct messages.
pub const ALL_TYPING_IN_DMS: &str = "chat.typing.dm.*";
/// The versions of the commands between nodes that this release speaks, the oldest first; part of their subject.
pub const WIRE_VERSIONS: [u16; 2] = [2, 3];

/// Where an event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Channel and community events.
    Events(CommunityId),
    /// Events of a direct message.
    Dm(ChannelId),
    /// Typing in a community's channel.
    Typing(CommunityId, ChannelId),
    /// Typing in a direct message.
    TypingDm(ChannelId),
    /// Heartbeats.
    Presence(CommunityId),
    /// What concerns one person alone.
    Notifications(UserId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Events(community) => write!(f, "chat.events.{community}"),
            Subject::Dm(channel) => write!(f, "chat.dm.{channel}"),
            Subject::Typing(community, channel) => write!(f, "chat.typing.{community}.{channel}"),
            Subject::TypingDm(channel) => write!(f, "chat.typing.dm.{channel}"),
            Subject::Presence(community) => write!(f, "chat.presence.{community}"),
            Subject::Notifications(user) => write!(f, "chat.notifications.{user}"),
        }
    }
}

/// The subjects of typing in all channels of a community.
#[must_use]
pub fn typing_in(community: CommunityId) -> String {
    format!("chat.typing.{community}.*")
}

/// The person whose subject ([`Subject::Notifications`]) this is; `None` where it is another one.
#[must_use]
pub fn person_of(subject: &str) -> Option<UserId> {
    let id = subject.strip_prefix("chat.notifications.")?;
    // Ids are spelled in one way only, so each person has one subject.
    id.parse().ok().filter(|user: &UserId| user.to_string() == id)
}

/// The subject on which the nodes on one database tell each other who is online. JetStream does not capture it.
#[must_use]
pub fn presence_among(database: Uuid) -> String {
    format!("cluster.presence.{database}")
}

/// The JetStream bucket that lists the nodes.
pub const NODES_BUCKET: &str = "cluster_nodes";

/// What a node is sent; both subjects end in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeRequest {
    /// A frame with a command.
    Ask,
    /// Are you alive, and what does your clock say?
    Probe,
}

/// The subject on which a node takes one kind of request, in one version of the wire.
#[must_use]
pub fn node_request(wire: u16, node: Uuid, request: NodeRequest) -> String {
    let kind = match request {
        NodeRequest::Ask => "ask",
        NodeRequest::Probe => "probe",
    };
    format!("cluster.v{wire}.node.{node}.{kind}")
}
