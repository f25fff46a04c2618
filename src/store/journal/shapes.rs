//! The closed list of statements: PostgreSQL plans each once per connection, and sqlx keeps them prepared.
//!
//! There is one for each table alone, for tables that are often touched together, for all and for none, each with and without new
//! ACL versions. A batch takes the smallest that has all its tables; the others of it get no rows.

use std::array;
use std::sync::LazyLock;

use super::statement;
use super::table::{Table, Touched};
use super::tables::TABLES;

/// Tables that are often touched together.
const GROUPS: [&[&str]; 11] = [
    // What people write all the time, of many channels and persons in one batch.
    &[
        "messages",
        "message_search",
        "message_mentions",
        "reactions",
        "poll_votes",
        "read_markers",
        "notifications",
        "due_notices",
    ],
    // A read marker, which reads notifications as well.
    &["read_markers", "notifications"],
    // What somebody is told of, with the job that pushes it.
    &["notifications", "job_requests"],
    // A message that is deleted, with all that hangs on it; by a moderator, with the line of the audit log. A pin as well.
    &[
        "messages",
        "message_search",
        "message_mentions",
        "reactions",
        "poll_votes",
        "pins",
        "message_previews",
        "attachments",
        "audit_log",
    ],
    // A message alone.
    &["messages", "message_search"],
    // A message that mentions others, or is edited.
    &["messages", "message_search", "message_mentions", "due_notices"],
    // A message whose links are to be looked at, or whose poll closes at a time.
    &["messages", "message_search", "message_mentions", "due_notices", "job_requests"],
    // What people keep for later, with the jobs that are due then.
    &["drafts", "saved_messages", "scheduled_messages", "mutations", "job_requests"],
    // A changed person, of whom others are to be told.
    &["users", "job_requests"],
    // An account that is taken out of use.
    &["users", "system_audit"],
    // What a community changes.
    &[
        "community_members",
        "channel_categories",
        "channels",
        "channel_members",
        "invites",
        "webhooks",
        "bans",
        "roles",
        "member_roles",
        "channel_overwrites",
        "mutations",
        "audit_log",
        "due_notices",
        "job_requests",
        "bots",
        "api_tokens",
        "commands",
    ],
];

/// The smallest first.
static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let each = |tables: Touched| [false, true].map(|raises| Shape::new(tables, raises));
    sets().into_iter().flat_map(each).collect()
});

/// A statement, and what it can write.
pub struct Shape {
    tables: Touched,
    /// Whether it raises ACL versions and begins new ones.
    pub raises: bool,
    pub text: String,
}

impl Shape {
    fn new(tables: Touched, raises: bool) -> Self {
        let own: Vec<&Table> =
            TABLES.iter().zip(tables).filter_map(|(table, own)| own.then_some(table)).collect();
        Self { tables, raises, text: statement::joined(&own, raises) }
    }

    /// The smallest that writes these tables.
    pub fn of(touched: Touched, raises: bool) -> &'static Self {
        let fits = |shape: &&Self| shape.raises == raises && shape.covers(touched);
        SHAPES.iter().find(fits).expect("the last ones have all tables")
    }

    /// Which tables' rows it takes.
    pub fn tables(&self) -> Touched {
        self.tables
    }

    fn covers(&self, touched: Touched) -> bool {
        self.tables.iter().zip(touched).all(|(own, needed)| *own || !needed)
    }
}

/// The sets of tables that have a statement, the smallest first.
fn sets() -> Vec<Touched> {
    let alone = (0..TABLES.len()).map(|own| -> Touched { array::from_fn(|table| table == own) });
    let named = |names: &[&str]| -> Touched { array::from_fn(|table| names.contains(&TABLES[table].name)) };
    let groups = GROUPS.into_iter().map(named);
    let rest = [[false; TABLES.len()], [true; TABLES.len()]];
    let mut sets: Vec<Touched> = alone.chain(groups).chain(rest).collect();
    sets.sort_by_key(|set| (size(*set), *set));
    sets.dedup();
    sets
}

fn size(set: Touched) -> usize {
    set.into_iter().filter(|own| *own).count()
}

/// Every statement of the list.
#[must_use]
pub fn every_statement() -> Vec<String> {
    SHAPES.iter().map(|shape| shape.text.clone()).collect()
}

#[cfg(test)]
#[path = "shapes_tests.rs"]
mod tests;
