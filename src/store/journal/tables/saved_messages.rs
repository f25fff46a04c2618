//! Messages that people keep for later, each for themselves.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// The stream is the person. A row has all that is said of the message, so that of several operations the last one stands.
pub const TABLE: Table = Table {
    name: "saved_messages",
    columns: "op text, message_id uuid, channel_id uuid, note text, remind_at timestamptz, saved_at timestamptz",
    spent: None,
    writes: "kept_saved_messages as (
  insert into saved_messages (user_id, message_id, channel_id, note, remind_at, saved_at)
  select r.stream, r.message_id, r.channel_id, r.note, r.remind_at, r.saved_at
  from saved_messages_rows r join admitted a on a.id = r.stream where r.op = 'keep'
  on conflict (user_id, message_id) do update set note = excluded.note, remind_at = excluded.remind_at
), dropped_saved_messages as (
  delete from saved_messages s using saved_messages_rows r join admitted a on a.id = r.stream
  where r.op = 'drop' and s.user_id = r.stream and s.message_id = r.message_id
)",
    key: &["message_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::SaveMessage { channel_id, message_id, note, remind_at, at, .. } => Some(json!({
            "op": "keep",
            "message_id": message_id,
            "channel_id": channel_id,
            "note": note,
            "remind_at": remind_at,
            "saved_at": at,
        })),
        Change::UnsaveMessage { message_id, .. } => Some(json!({"op": "drop", "message_id": message_id})),
        _ => None,
    }
}
