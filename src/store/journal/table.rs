//! What a table adds to a community's append, and the rows that one append brings to every table.

use ajet_domain::community::Change;
use serde_json::Value;
use sqlx::types::Json;

use super::tables::TABLES;

/// A table that a community's append may touch.
pub struct Table {
    /// Stands in a comment of the statement, for those who read the server's logs.
    pub name: &'static str,
    /// The table's CTEs, which have names of their own among all tables. They read the rows from the JSON array that is bound as
    /// `$rows`, and join `admitted a`, the community that the fence lets through: without it they change nothing.
    pub sql: &'static str,
    /// The fields of a row that say which one it is.
    ///
    /// A statement must touch a row of the database once at most: an upsert and a deletion of one row leave the row there, and of
    /// two updates PostgreSQL carries out either. So of two operations of one append with the same fields here the later one
    /// stands alone; a table says where that is not enough.
    pub key: &'static [&'static str],
    /// The row of a change, if the change concerns this table.
    pub row: fn(&Change) -> Option<Value>,
}

/// The rows of one append, in the order of [`TABLES`].
pub struct Rows([Vec<Value>; TABLES.len()]);

impl Rows {
    /// Sorts changes by table.
    pub fn of(changes: &[Change]) -> Self {
        Self(std::array::from_fn(|table| merged(&TABLES[table], changes)))
    }

    /// The tables that get rows, a bit for each.
    pub fn touched(&self) -> usize {
        let bit = |(table, rows): (usize, &Vec<Value>)| usize::from(!rows.is_empty()) << table;
        self.0.iter().enumerate().map(bit).sum()
    }

    /// One bind for each table that gets rows.
    pub fn binds(self) -> impl Iterator<Item = Json<Vec<Value>>> {
        self.0.into_iter().filter(|rows| !rows.is_empty()).map(Json)
    }
}

fn merged(table: &Table, changes: &[Change]) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    for row in changes.iter().filter_map(table.row) {
        rows.retain(|earlier| table.key.iter().any(|field| earlier[*field] != row[*field]));
        rows.push(row);
    }
    rows
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
