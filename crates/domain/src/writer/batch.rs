//! What a writer has in hand: commands that wait, what they lead to so far, and the batch that is out.

use std::sync::Arc;

use ajet_protocol::{Addressed, EventId, Timestamp};

use super::Core;
use crate::acl::Affected;
use crate::asked::Asked;
use crate::verb::AnswerOf;

/// A command whose turn has not come, or whose answer is not known yet.
pub struct Waiting<C: Core, T> {
    pub asked: Asked<C::Command>,
    pub token: T,
    pub deadline: Timestamp,
}

/// What a batch leads to so far.
pub struct Draft<C: Core> {
    pub events: Vec<Addressed>,
    pub changes: Vec<C::Change>,
    /// Each once.
    pub raises: Vec<Affected>,
}

impl<C: Core> Draft<C> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { events: Vec::new(), changes: Vec::new(), raises: Vec::new() }
    }

    /// Notes whose rights one more command changes.
    pub fn raise(&mut self, raises: Vec<Affected>) {
        for affected in raises {
            if !self.raises.contains(&affected) {
                self.raises.push(affected);
            }
        }
    }
}

/// Commands that were decided together, with their answers.
pub struct Batch<C: Core, T> {
    pub commands: Vec<Waiting<C, T>>,
    pub answers: Vec<AnswerOf<C>>,
    /// Where the batch begins, to recognise it by after an unknown outcome.
    pub first: Option<EventId>,
    pub events: Arc<Vec<Addressed>>,
}

impl<C: Core, T> Batch<C, T> {
    /// A batch without commands.
    pub fn new() -> Self {
        Self { commands: Vec::new(), answers: Vec::new(), first: None, events: Arc::default() }
    }

    /// The batch as it became durable: its events get the ACL version from the commit, since only that knows what was committed
    /// before them.
    pub fn stamped(mut self, acl_version: u64) -> Self {
        for one in Arc::make_mut(&mut self.events) {
            one.event.acl_version = Some(acl_version);
        }
        self
    }
}
