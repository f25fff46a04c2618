//! What the links of messages show. A message that is deleted loses it in the same commit.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A message has one row, and what an append says of it last counts: previews that are taken away are not set again in it, and of a
/// message that is deleted nothing is said afterwards.
pub const TABLE: Table = Table {
    name: "message_previews",
    columns: "op text, message_id uuid, previews jsonb",
    spent: None,
    writes: "said_message_previews as (
  insert into message_previews (message_id, channel_id, previews, stripped)
  select r.message_id, r.stream, r.previews, r.op = 'strip' from message_previews_rows r join admitted a on a.id = r.stream
  where r.op in ('set', 'strip')
  on conflict (message_id) do update set previews = excluded.previews, stripped = excluded.stripped
), removed_message_previews as (
  delete from message_previews p using message_previews_rows r join admitted a on a.id = r.stream
  where r.op = 'remove_all' and p.message_id = r.message_id
)",
    key: &["message_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::SetPreviews { message_id, previews } => {
            Some(json!({"op": "set", "message_id": message_id, "previews": previews}))
        }
        Change::StripPreviews { message_id } => {
            Some(json!({"op": "strip", "message_id": message_id, "previews": []}))
        }
        Change::DeleteMessage { id, at: _ } => Some(json!({"op": "remove_all", "message_id": id})),
        _ => None,
    }
}
