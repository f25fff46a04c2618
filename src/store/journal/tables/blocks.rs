//! Whom people block, each for themselves.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// The stream is the person.
pub const TABLE: Table = Table {
    name: "blocks",
    columns: "op text, blocked_id uuid, created_at timestamptz",
    spent: None,
    writes: "added_blocks as (
  insert into blocks (user_id, blocked_id, created_at)
  select r.stream, r.blocked_id, r.created_at from blocks_rows r join admitted a on a.id = r.stream where r.op = 'add'
  on conflict (user_id, blocked_id) do nothing
), lifted_blocks as (
  delete from blocks b using blocks_rows r join admitted a on a.id = r.stream
  where r.op = 'lift' and b.user_id = r.stream and b.blocked_id = r.blocked_id
)",
    key: &["blocked_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::Block { blocked, at, .. } => {
            Some(json!({"op": "add", "blocked_id": blocked, "created_at": at}))
        }
        Change::Unblock { blocked, .. } => Some(json!({"op": "lift", "blocked_id": blocked})),
        _ => None,
    }
}
