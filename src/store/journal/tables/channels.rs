//! The community's channels, each with the stream of its events.

use ajet_domain::Change;
use ajet_protocol::names;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one channel the last one stands. So an append may not add a channel and change it; no verb does.
pub const TABLE: Table = Table {
    name: "channels",
    columns: "op text, id uuid, name text, name_key text, type text, visibility text, topic text, category_id uuid, position integer,
    created_by uuid, created_at timestamptz",
    spent: None,
    writes: "added_channels as (
  insert into channels (id, community_id, name, name_key, type, visibility, topic, category_id, position, created_by, created_at)
  select r.id, a.scope, r.name, r.name_key, r.type, r.visibility, r.topic, r.category_id, r.position, r.created_by, r.created_at
  from channels_rows r join admitted a on a.id = r.stream where r.op = 'add'
), added_streams as (
  insert into streams (id) select r.id from channels_rows r join admitted a on a.id = r.stream where r.op = 'add'
), updated_channels as (
  update channels ch
  set name = coalesce(r.name, ch.name), name_key = coalesce(r.name_key, ch.name_key), topic = r.topic,
      visibility = coalesce(r.visibility, ch.visibility)
  from channels_rows r join admitted a on a.id = r.stream
  where r.op = 'update' and ch.community_id = a.scope and ch.id = r.id
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddChannel { channel, by } => Some(json!({
            "op": "add",
            "id": channel.id,
            "name": channel.name,
            "name_key": names::key(&channel.name),
            "type": channel.kind,
            "visibility": channel.visibility,
            "topic": channel.topic,
            "category_id": channel.category_id,
            "position": channel.position,
            "created_by": by,
            "created_at": channel.created_at,
        })),
        Change::UpdateChannel { id, name, topic, visibility } => Some(json!({
            "op": "update",
            "id": id,
            "name": name,
            "name_key": name.as_deref().map(names::key),
            "topic": topic,
            "visibility": visibility,
        })),
        _ => None,
    }
}
