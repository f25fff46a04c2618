//! Appends laid out the way one statement takes them: a column for each field, and the rows of each table.

use ajet_domain::Change;
use ajet_domain::journal::Append;
use uuid::Uuid;

use super::events::Events;
use super::table::Rows;
use crate::store::streams::stored;

/// Everything of one commit.
#[derive(Default)]
pub struct Batch {
    pub streams: Streams,
    pub rests: RestsOn,
    pub raises: Raises,
    pub events: Events,
    pub rows: Rows,
}

/// The streams, each with what its fence compares.
#[derive(Default)]
pub struct Streams {
    pub id: Vec<Uuid>,
    pub epoch: Vec<i64>,
    pub head: Vec<i64>,
    pub new_head: Vec<i64>,
    pub scope: Vec<Uuid>,
    pub founds: Vec<bool>,
}

/// The rights that the appends rest on: a row for each scope and person of an append, with the scope's version as of which they were
/// read.
#[derive(Default)]
pub struct RestsOn {
    pub stream: Vec<Uuid>,
    pub scope: Vec<Uuid>,
    pub person: Vec<Uuid>,
    pub version: Vec<i64>,
}

/// Whose rights change.
#[derive(Default)]
pub struct Raises {
    pub stream: Vec<Uuid>,
    pub affects: Vec<i16>,
    /// None for everyone.
    pub id: Vec<Option<Uuid>>,
}

impl Batch {
    /// Lays appends out, no two of which have the same stream.
    pub fn of(appends: &[&Append<Change>]) -> Self {
        let mut batch = Self::default();
        for append in appends {
            batch.streams.push(append);
            batch.rests.push(append);
            batch.raises.push(append);
            append.events.iter().for_each(|event| batch.events.push(event));
            batch.rows.push(append);
        }
        batch
    }

    /// Whether an ACL version changes, or begins.
    pub fn raises(&self) -> bool {
        !self.raises.stream.is_empty() || self.streams.founds.contains(&true)
    }
}

impl Streams {
    fn push(&mut self, append: &Append<Change>) {
        self.id.push(append.stream.0);
        self.epoch.push(stored(append.epoch));
        self.head.push(stored(append.head));
        self.new_head.push(stored(append.head + append.events.len() as u64));
        self.scope.push(append.acl.scope.0);
        self.founds.push(append.founds);
    }
}

impl RestsOn {
    fn push(&mut self, append: &Append<Change>) {
        for one in &append.acl.rests_on {
            self.stream.push(append.stream.0);
            self.scope.push(one.scope.0);
            self.person.push(one.person.0);
            self.version.push(stored(one.version));
        }
    }
}

impl Raises {
    fn push(&mut self, append: &Append<Change>) {
        for affected in &append.raises {
            self.stream.push(append.stream.0);
            self.affects.push(affected.code());
            self.id.push(affected.id());
        }
    }
}
