//! What a table adds to the statement of an append, and the rows that a batch of appends brings to every table.

use std::array;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ajet_domain::Change;
use ajet_domain::journal::Append;
use serde_json::{Value, json};

use super::tables::TABLES;

/// A table that an append may touch.
pub struct Table {
    /// Stands in a comment of the statement, for those who read the server's logs, and in the name of the rows' CTE.
    pub name: &'static str,
    /// The columns of a row as a record definition without `stream`, such as `"op text, message_id uuid, emoji text"`.
    ///
    /// The journal makes of it the CTE `<name>_rows`: all rows of the batch, each with the `stream` of its append, behind no fence.
    pub columns: &'static str,
    /// A select of `(stream, author_id, key, of_message)` of keys that are spent already, from `<name>_rows`. A stream that has one is left out.
    pub spent: Option<&'static str>,
    /// The CTEs that write, which have names of their own among all tables. Each joins `admitted a on a.id = r.stream`, which has
    /// (id: the stream, scope: its community, direct message or person, version: the ACL version inside the commit). Without that
    /// join it writes for a stream that the fence leaves out.
    pub writes: &'static str,
    /// The fields of a row that say which one it is; `stream` is always one of them.
    ///
    /// A statement must touch a row of the database once at most: an upsert and a deletion of one row leave the row there, and of
    /// two updates PostgreSQL carries out either. So two operations of one append with the same fields here become one, in which
    /// the fields of the later replace those of the earlier: an `op` that both have is the later one's. A table says where that is
    /// not enough.
    pub key: &'static [&'static str],
    /// The row of a change without `stream`, an object, if the change concerns this table.
    pub row: fn(&Change) -> Option<Value>,
}

/// Which tables get rows, in the order of [`TABLES`].
pub type Touched = [bool; TABLES.len()];

/// The rows of a batch for each table, in the order of [`TABLES`].
pub struct Rows([Vec<Value>; TABLES.len()]);

impl Default for Rows {
    fn default() -> Self {
        Self(array::from_fn(|_| Vec::new()))
    }
}

impl Rows {
    /// Adds the rows of an append.
    pub fn push(&mut self, append: &Append<Change>) {
        for (table, rows) in TABLES.iter().zip(&mut self.0) {
            rows.extend(merged(table, append));
        }
    }

    /// Which tables get rows.
    pub fn touched(&self) -> Touched {
        array::from_fn(|table| !self.0[table].is_empty())
    }

    /// The rows of every table.
    pub fn into_tables(self) -> impl Iterator<Item = Vec<Value>> {
        self.0.into_iter()
    }
}

/// The rows that an append brings to a table, each once and with its stream.
fn merged(table: &Table, append: &Append<Change>) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for mut row in append.changes.iter().filter_map(table.row) {
        row["stream"] = json!(append.stream);
        let key = table.key.iter().map(|field| format!("{} ", row[*field])).collect();
        match places.entry(key) {
            Entry::Occupied(place) => replace(&mut rows[*place.get()], row),
            Entry::Vacant(free) => {
                free.insert(rows.len());
                rows.push(row);
            }
        }
    }
    rows
}

/// Replaces the fields of a row that a later one has as well, and adds those that only the later one has.
fn replace(row: &mut Value, later: Value) {
    if let (Value::Object(row), Value::Object(later)) = (row, later) {
        row.extend(later);
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
