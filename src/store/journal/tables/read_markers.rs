//! How far people have read channels.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A marker never goes back, whatever an append says, unless a row is marked so (`back`): then it stands where the row has it, and is
/// gone where that is nowhere. Of several rows of one marker the last says where, and it is `back` if one of them is.
pub const TABLE: Table = Table {
    name: "read_markers",
    columns: "user_id uuid, channel_id uuid, message_id uuid, back boolean",
    spent: None,
    writes: "moved_read_markers as (
  insert into read_markers (user_id, channel_id, message_id)
  select r.user_id, r.channel_id, r.message_id from read_markers_rows r join admitted a on a.id = r.stream
  where r.back is not true
  on conflict (user_id, channel_id) do update
    set message_id = greatest(read_markers.message_id, excluded.message_id)
), read_markers_put_back as (
  update read_markers m set message_id = r.message_id
  from read_markers_rows r join admitted a on a.id = r.stream
  where r.back and r.message_id is not null and m.user_id = r.user_id and m.channel_id = r.channel_id
), new_read_markers_put_back as (
  insert into read_markers (user_id, channel_id, message_id)
  select r.user_id, r.channel_id, r.message_id from read_markers_rows r join admitted a on a.id = r.stream
  where r.back and r.message_id is not null
  on conflict (user_id, channel_id) do nothing
), removed_read_markers as (
  delete from read_markers m using read_markers_rows r join admitted a on a.id = r.stream
  where r.back and r.message_id is null and m.user_id = r.user_id and m.channel_id = r.channel_id
)",
    key: &["user_id", "channel_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::MarkRead { user_id, channel_id, message_id } => {
            Some(json!({"user_id": user_id, "channel_id": channel_id, "message_id": message_id}))
        }
        Change::MarkUnread { user_id, channel_id, message_id } => Some(
            json!({"user_id": user_id, "channel_id": channel_id, "message_id": message_id, "back": true}),
        ),
        _ => None,
    }
}
