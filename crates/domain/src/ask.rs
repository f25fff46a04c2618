//! Why an entity gave no answer: the same words on one node and between nodes.

/// Why the command could not be decided now; a retry with the same key is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    #[error("the entity lives on a node of an older version, which does not know this verb")]
    TooOld,
}

/// Why an ask has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskError<R> {
    /// The verb's own no.
    Refused(R),
    /// The idempotency key already made something else.
    KeyReused,
    /// The event that it would make is larger than the bus takes.
    TooLarge,
    /// There is no such entity.
    NoSuchEntity,
    /// The command itself crashes the entity, or the store can't take what it leads to.
    Poison,
    /// Not now.
    Unavailable(Unavailable),
}

impl<R> AskError<R> {
    /// The same reason with its refusal in another form; `None` where that form has no such refusal.
    pub fn refine<S>(self, form: impl FnOnce(R) -> Option<S>) -> Option<AskError<S>> {
        Some(match self {
            AskError::Refused(refusal) => AskError::Refused(form(refusal)?),
            AskError::KeyReused => AskError::KeyReused,
            AskError::TooLarge => AskError::TooLarge,
            AskError::NoSuchEntity => AskError::NoSuchEntity,
            AskError::Poison => AskError::Poison,
            AskError::Unavailable(why) => AskError::Unavailable(why),
        })
    }
}
