//! Why an entity gave no answer: the same words on one node and between nodes.

use serde::{Deserialize, Serialize};

/// Why the command could not be decided now; a retry with the same key is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Unavailable {
    #[error("too many commands wait at this entity")]
    Busy,
    #[error("no answer in time")]
    NoAnswer,
    #[error("the entity lives on a node that can't be reached")]
    Elsewhere,
    #[error("the entity rests after repeated crashes")]
    Resting,
    #[error("the store is away")]
    StoreAway,
}

/// Why an ask has no answer. Travels between nodes: variants only ever grow at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AskError<R> {
    /// The domain said no.
    Refused(R),
    /// There is no such entity.
    NoSuchEntity,
    /// The command itself keeps crashing the entity.
    Poison,
    /// Not now.
    Unavailable(Unavailable),
}
