//! The messages that are pinned to channels. A message that is deleted loses its pin in the same commit.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A message has one pin, so of what an append does to it the last stands: a message that is pinned and deleted in one append is deleted,
/// and one whose pin is taken away and set again has the later one.
pub const TABLE: Table = Table {
    name: "pins",
    columns: "op text, message_id uuid, user_id uuid, pinned_at timestamptz",
    spent: None,
    writes: "added_pins as (
  insert into pins (message_id, channel_id, user_id, pinned_at)
  select r.message_id, r.stream, r.user_id, r.pinned_at from pins_rows r join admitted a on a.id = r.stream where r.op = 'add'
  on conflict (message_id) do update set user_id = excluded.user_id, pinned_at = excluded.pinned_at
), removed_pins as (
  delete from pins p using pins_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and p.message_id = r.message_id and p.channel_id = r.stream
)",
    key: &["message_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::PinMessage { message_id, user_id, at } => {
            Some(json!({"op": "add", "message_id": message_id, "user_id": user_id, "pinned_at": at}))
        }
        Change::UnpinMessage { message_id } | Change::DeleteMessage { id: message_id, at: _ } => {
            Some(json!({"op": "remove", "message_id": message_id}))
        }
        _ => None,
    }
}
