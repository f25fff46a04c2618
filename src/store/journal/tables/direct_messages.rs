//! Direct messages: channels without a community. The stream of one begins with its founding, and its people are rows of channel members.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one direct message the last one stands. So an append may not add one and name it; no founding does. These are
/// never rows that the channels of a community have. Names of groups are not unique, so their key is empty.
pub const TABLE: Table = Table {
    name: "direct_messages",
    columns: "op text, id uuid, name text, type text, created_by uuid, created_at timestamptz",
    spent: None,
    writes: "added_dms as (
  insert into channels (id, name, name_key, type, visibility, created_by, created_at)
  select r.id, r.name, '', r.type, 'private', r.created_by, r.created_at
  from direct_messages_rows r join admitted a on a.id = r.stream where r.op = 'add'
), named_groups as (
  update channels ch set name = r.name
  from direct_messages_rows r join admitted a on a.id = r.stream
  where r.op = 'name' and ch.id = r.id and ch.id = a.scope and ch.community_id is null
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddDm { channel, by } => Some(json!({
            "op": "add",
            "id": channel.id,
            "name": channel.name,
            "type": channel.kind,
            "created_by": by,
            "created_at": channel.created_at,
        })),
        Change::NameGroup { id, name } => Some(json!({"op": "name", "id": id, "name": name})),
        _ => None,
    }
}
