//! The community's custom emoji.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one emoji the last one stands: no verb carries out two.
pub const TABLE: Table = Table {
    name: "emoji",
    columns: "op text, id uuid, name text, url text, created_by uuid, created_at timestamptz",
    spent: None,
    writes: "added_emoji as (
  insert into emoji (id, community_id, name, url, created_by, created_at)
  select r.id, a.scope, r.name, r.url, r.created_by, r.created_at
  from emoji_rows r join admitted a on a.id = r.stream where r.op = 'add'
), removed_emoji as (
  delete from emoji e using emoji_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and e.community_id = a.scope and e.id = r.id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddEmoji { emoji, by, at } => Some(json!({
            "op": "add", "id": emoji.id, "name": emoji.name, "url": emoji.url, "created_by": by, "created_at": at
        })),
        Change::RemoveEmoji { id } => Some(json!({"op": "remove", "id": id})),
        _ => None,
    }
}
