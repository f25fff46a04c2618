//! What a writer asks of the journal, and what the journal may answer.

use std::sync::Arc;

use ajet_protocol::{CommunityId, Envelope, EventId, StreamId, UserId};

/// One stream's part of a commit: all of it or none of it.
#[derive(Debug)]
pub struct Append<C> {
    pub stream: StreamId,
    /// The activation's epoch; the log refuses a stale one.
    pub epoch: u64,
    /// The head the events follow; the first has `head + 1`.
    pub head: u64,
    /// The ACL version under which the commands were decided.
    pub acl: AclCheck,
    pub events: Arc<Vec<Envelope>>,
    pub changes: Vec<C>,
    /// Rights change with this commit: the ACL version rises.
    pub raises: bool,
}

/// The fence against rights that changed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AclCheck {
    pub community: CommunityId,
    pub version: u64,
}

/// An idempotency key as it is stored, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DuplicateKey {
    pub author: UserId,
    pub key: String,
}

/// What became of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Durable.
    Committed,
    /// Epoch or head did not match: nothing was written by this attempt.
    Fenced,
    /// The ACL version has moved on: nothing was written.
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
}
