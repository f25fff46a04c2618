//! The community's channels, each with the stream of its events.

use ajet_domain::Change;
use ajet_protocol::names;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one channel the last one stands, but for changes: each has fields of its own, and says which it sets. So an
/// append may not add a channel and change it, nor change one that it removes; no verb does either.
///
/// Memberships, webhooks and overwrites of a channel that is removed go with it, by their foreign keys.
pub const TABLE: Table = Table {
    name: "channels",
    columns: "op text, id uuid, name text, name_key text, type text, visibility text, sets_topic boolean, topic text, moves boolean,
    category_id uuid, position integer, archives boolean, archived_at timestamptz, slow_mode_s integer, created_by uuid,
    created_at timestamptz",
    spent: None,
    writes: "added_channels as (
  insert into channels (id, community_id, name, name_key, type, visibility, topic, category_id, position, created_by, created_at)
  select r.id, a.scope, r.name, r.name_key, r.type, r.visibility, r.topic, r.category_id, r.position, r.created_by, r.created_at
  from channels_rows r join admitted a on a.id = r.stream where r.op = 'add'
), added_streams as (
  insert into streams (id) select r.id from channels_rows r join admitted a on a.id = r.stream where r.op = 'add'
), updated_channels as (
  update channels ch
  set name = coalesce(r.name, ch.name), name_key = coalesce(r.name_key, ch.name_key),
      topic = case when r.sets_topic then r.topic else ch.topic end,
      visibility = coalesce(r.visibility, ch.visibility),
      category_id = case when r.moves then r.category_id else ch.category_id end,
      position = coalesce(r.position, ch.position),
      archived_at = case when r.archives then r.archived_at else ch.archived_at end,
      slow_mode_s = coalesce(r.slow_mode_s, ch.slow_mode_s)
  from channels_rows r join admitted a on a.id = r.stream
  where r.op = 'update' and ch.community_id = a.scope and ch.id = r.id
), removed_channels as (
  delete from channels ch using channels_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and ch.community_id = a.scope and ch.id = r.id
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
            "sets_topic": true,
            "topic": topic,
            "visibility": visibility,
        })),
        Change::MoveChannel { id, category_id, position } => Some(json!({
            "op": "update", "id": id, "moves": true, "category_id": category_id, "position": position
        })),
        Change::ArchiveChannel { id, at } => {
            Some(json!({"op": "update", "id": id, "archives": true, "archived_at": at}))
        }
        Change::SlowChannel { id, seconds } => {
            Some(json!({"op": "update", "id": id, "slow_mode_s": seconds}))
        }
        Change::DeleteChannel { id } => Some(json!({"op": "remove", "id": id})),
        _ => None,
    }
}
