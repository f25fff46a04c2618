//! What a writer asks of the journal, and what the journal may answer.

use std::sync::Arc;

use ajet_protocol::{Addressed, EventId, StreamId, UserId};

use crate::acl::{Affected, Scope};

/// One stream's part of a commit: all of it or none of it.
#[derive(Debug)]
pub struct Append<C> {
    pub stream: StreamId,
    /// The activation's epoch; the log refuses a stale one.
    pub epoch: u64,
    /// The head the events follow; the first has `head + 1`.
    pub head: u64,
    /// The stream is not there yet and begins with this commit, and so does the ACL version of its scope, which is 1. Epoch and head
    /// must be 0; afterwards the epoch is 1. A stream that is there already is [`Outcome::Fenced`]. A writer has taken its stream over
    /// and founds none.
    pub founds: bool,
    /// What the commands were decided on.
    pub acl: AclCheck,
    /// Without an ACL version: the commit gives them theirs.
    pub events: Arc<Vec<Addressed>>,
    pub changes: Vec<C>,
    /// Whose rights change with this commit, each once: if there are any, the ACL version rises by one.
    pub raises: Vec<Affected>,
}

/// The fence against rights that changed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclCheck {
    /// The scope of the entity itself: its version is that of the events, and rises where rights change.
    pub scope: Scope,
    /// The rights that the commands were decided on, one for each scope and person; empty where they rest on none. Any change of
    /// that scope after the version that affects everyone, the stream's channel or this person makes the append stale; other changes
    /// do not.
    pub rests_on: Vec<Rests>,
}

/// A person's rights that a decision rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rests {
    /// What carries the version: for a community or a channel that of the entity itself, for a person's read marker, and for
    /// what they are told of, the community of the channel.
    pub scope: Scope,
    pub person: UserId,
    /// As of which ACL version of the scope they were read.
    pub version: u64,
}

/// An idempotency key as it is stored, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DuplicateKey {
    pub author: UserId,
    pub set: KeySet,
    pub key: String,
}

/// Where an idempotency key is kept. The same text in both is two keys: what a message is posted under may be any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeySet {
    /// In the row of the message that it made.
    Messages,
    /// In a row of its own, behind the prefix of what it makes.
    Objects,
}

impl DuplicateKey {
    /// The key of a message.
    #[must_use]
    pub fn of_message(author: UserId, key: impl Into<String>) -> Self {
        Self { author, set: KeySet::Messages, key: key.into() }
    }

    /// The key of anything else, as it is stored.
    #[must_use]
    pub fn of_object(author: UserId, key: impl Into<String>) -> Self {
        Self { author, set: KeySet::Objects, key: key.into() }
    }
}

/// What became of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Durable, under this ACL version of the scope: as the commit found it, or raised it.
    Committed { acl_version: u64 },
    /// Epoch or head did not match, or a stream that was to begin is there: nothing was written by this attempt.
    Fenced,
    /// Rights that it rests on have changed: nothing was written.
    StaleAcl,
    /// These keys already made something: nothing was written.
    Spent(Vec<DuplicateKey>),
    /// A named constraint refused it (a name that is taken): nothing was written.
    Constraint(String),
    /// The store can't take it, and would not the next time either: nothing was written.
    Failed,
    /// No answer came: it may or may not be durable.
    Unknown,
}

/// What a fresh look at the stream showed after [`Outcome::Fenced`] or [`Outcome::Unknown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamPosition {
    pub epoch: u64,
    pub head: u64,
    /// The id of the event at the place where ours would have begun.
    pub next: Option<EventId>,
    /// The ACL version under which that event was committed; 0 if no event stands there.
    pub acl_version: u64,
}
