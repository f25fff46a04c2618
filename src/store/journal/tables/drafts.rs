//! What people have begun to write, each for themselves.

use ajet_domain::Change;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::journal::table::Table;

/// The stream is the person. `parent_id` is the nil id for a draft to the channel itself.
pub const TABLE: Table = Table {
    name: "drafts",
    columns: "op text, channel_id uuid, parent_id uuid, body_md text, updated_at timestamptz",
    spent: None,
    writes: "kept_drafts as (
  insert into drafts (user_id, channel_id, parent_id, body_md, updated_at)
  select r.stream, r.channel_id, r.parent_id, r.body_md, r.updated_at
  from drafts_rows r join admitted a on a.id = r.stream where r.op = 'keep'
  on conflict (user_id, channel_id, parent_id) do update set body_md = excluded.body_md, updated_at = excluded.updated_at
), dropped_drafts as (
  delete from drafts d using drafts_rows r join admitted a on a.id = r.stream
  where r.op = 'drop' and d.user_id = r.stream and d.channel_id = r.channel_id and d.parent_id = r.parent_id
)",
    key: &["channel_id", "parent_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::KeepDraft { draft, .. } => Some(json!({
            "op": "keep",
            "channel_id": draft.channel_id,
            "parent_id": draft.parent_id.map_or(Uuid::nil(), |parent| parent.0),
            "body_md": draft.body_md,
            "updated_at": draft.updated_at,
        })),
        Change::RemoveDraft { channel_id, parent_id, .. } => {
            let parent_id = parent_id.map_or(Uuid::nil(), |parent| parent.0);
            Some(json!({"op": "drop", "channel_id": channel_id, "parent_id": parent_id}))
        }
        _ => None,
    }
}
