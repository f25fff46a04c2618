//! Messages that people scheduled, each for themselves.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;
use crate::store::scheduled::state_of;

/// The stream is the person. A row has all of it, so that of several operations the last one stands; what never changes is written once.
pub const TABLE: Table = Table {
    name: "scheduled_messages",
    columns: "op text, id uuid, channel_id uuid, parent_id uuid, body_md text, send_at timestamptz, state text, reason text, \
              message_id uuid, created_at timestamptz",
    spent: None,
    writes: "kept_scheduled_messages as (
  insert into scheduled_messages (id, user_id, channel_id, parent_id, body_md, send_at, state, reason, message_id, created_at)
  select r.id, r.stream, r.channel_id, r.parent_id, r.body_md, r.send_at, r.state, r.reason, r.message_id, r.created_at
  from scheduled_messages_rows r join admitted a on a.id = r.stream where r.op = 'keep'
  on conflict (id) do update
  set body_md = excluded.body_md, send_at = excluded.send_at, state = excluded.state, reason = excluded.reason,
      message_id = excluded.message_id
  where scheduled_messages.user_id = excluded.user_id
), dropped_scheduled_messages as (
  delete from scheduled_messages s using scheduled_messages_rows r join admitted a on a.id = r.stream
  where r.op = 'drop' and s.user_id = r.stream and s.id = r.id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::KeepScheduled { scheduled, taken, .. } => Some(json!({
            "op": "keep",
            "id": scheduled.id,
            "channel_id": scheduled.channel_id,
            "parent_id": scheduled.parent_id,
            "body_md": scheduled.body_md,
            "send_at": scheduled.send_at,
            "state": state_of(scheduled.state, *taken),
            "reason": scheduled.reason,
            "message_id": scheduled.message_id,
            "created_at": scheduled.created_at,
        })),
        Change::RemoveScheduled { id, .. } => Some(json!({"op": "drop", "id": id})),
        _ => None,
    }
}
