//! How far people have read channels.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A marker never goes back, whatever an append says.
pub const TABLE: Table = Table {
    name: "read_markers",
    columns: "user_id uuid, channel_id uuid, message_id uuid",
    spent: None,
    writes: "moved_read_markers as (
  insert into read_markers (user_id, channel_id, message_id)
  select r.user_id, r.channel_id, r.message_id from read_markers_rows r join admitted a on a.id = r.stream
  on conflict (user_id, channel_id) do update
    set message_id = greatest(read_markers.message_id, excluded.message_id)
)",
    key: &["user_id", "channel_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::MarkRead { user_id, channel_id, message_id } => {
            Some(json!({"user_id": user_id, "channel_id": channel_id, "message_id": message_id}))
        }
        _ => None,
    }
}
