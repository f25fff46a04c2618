//! What has one value at a time, and the values that say no more than that something is so.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something with one value at a time, or none, which a single person at a time writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// A channel's name; none once the channel is deleted.
    Channel(Uuid),
    /// A channel's topic.
    Topic(Uuid),
    /// Whether a channel is read-only: [`ARCHIVED`], or none.
    Archived(Uuid),
    /// A category's name.
    Category(Uuid),
    /// The categories of a community in their order, by their ids with blanks between them.
    Order(Uuid),
    /// A custom role's name; none once the role is deleted.
    Role(Uuid),
    /// Whether a person holds a custom role: [`HELD`], or none.
    Holds { role: Uuid, person: String },
    /// What a channel denies a person: names of permissions with blanks between them, or none.
    Denied { channel: Uuid, person: String },
    /// Whether a person is muted in a community: [`MUTED`], or none.
    Muted { community: Uuid, person: String },
    /// The name of a person that others see.
    DisplayName { person: String },
    /// Whether a person silences a channel for themselves: [`SILENCED`], or none.
    Silenced { channel: Uuid, person: String },
    /// What of a channel a person wants to be told of.
    Level { channel: Uuid, person: String },
    /// Whether a person has put an emoji under a message: [`REACTED`], or none.
    Reaction { message: Uuid, person: String, emoji: String },
    /// Whether a message is pinned to its channel: [`PINNED`], or none.
    Pinned(Uuid),
    /// What a person chose in the poll of a message: the places of the options in their order with blanks between them, or none.
    Vote { message: Uuid, person: String },
    /// What a person has begun to write in a channel, or none.
    Draft { channel: Uuid, person: String },
}

/// The permission to see a channel.
pub const VIEW: &str = "view_channel";
/// Of [`Register::Archived`].
pub const ARCHIVED: &str = "archived";
/// Of [`Register::Holds`].
pub const HELD: &str = "held";
/// Of [`Register::Muted`].
pub const MUTED: &str = "muted";
/// Of [`Register::Silenced`].
pub const SILENCED: &str = "silenced";
/// Of [`Register::Reaction`].
pub const REACTED: &str = "reacted";
/// Of [`Register::Pinned`].
pub const PINNED: &str = "pinned";
