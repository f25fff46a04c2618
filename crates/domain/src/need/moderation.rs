//! Questions about pins, and about when people posted last.

use ajet_protocol::{MessageId, UserId};

/// [`super::Needs::pins`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PinOf(pub MessageId);

/// The pins of a channel, as one of a message is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PinFacts {
    /// Whether this message is pinned.
    pub pinned: bool,
    /// How many messages of the channel are.
    pub pins: i64,
}

/// [`super::Needs::last_posts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LastPostOf(pub UserId);
