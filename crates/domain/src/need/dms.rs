//! What verbs of direct messages ask.

use ajet_protocol::ChannelId;

/// [`Needs::directs`](super::Needs::directs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DirectOf(pub ChannelId);
