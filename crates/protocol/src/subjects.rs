//! NATS subjects: exactly those of the design; nobody else spells one.

use std::fmt;

use crate::{ChannelId, CommunityId, UserId};

/// The JetStream stream that keeps durable events for replay.
pub const STREAM: &str = "CHAT";
/// What the stream captures.
pub const STREAM_SUBJECTS: [&str; 3] = ["chat.events.>", "chat.dm.>", "chat.notifications.>"];
/// All communities' events (EB-7).
pub const ALL_EVENTS: &str = "chat.events.*";
/// The version of the commands between nodes; part of their subject.
pub const WIRE_VERSION: u16 = 1;

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

/// The subject on which a node takes commands.
#[must_use]
pub fn node_commands(node: &str) -> String {
    format!("cluster.v{WIRE_VERSION}.node.{node}.>")
}
