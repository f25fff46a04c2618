//! What channels allow and deny everybody, roles and people. It goes with the role; for a person who leaves the community it stays.

use ajet_domain::Change;
use ajet_protocol::Permissions;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one target in one channel the last one stands. An append in which a target goes may not set an overwrite
/// for it as well; no verb does.
pub const TABLE: Table = Table {
    name: "channel_overwrites",
    columns: "op text, channel_id uuid, target_id uuid, target_type text, allow int8, deny int8",
    spent: None,
    writes: "set_overwrites as (
  insert into channel_overwrites (channel_id, target_id, target_type, allow, deny)
  select ch.id, r.target_id, r.target_type, r.allow, r.deny
  from channel_overwrites_rows r join admitted a on a.id = r.stream
  join channels ch on ch.id = r.channel_id and ch.community_id = a.scope
  where r.op = 'set'
  on conflict (channel_id, target_id) do update
    set target_type = excluded.target_type, allow = excluded.allow, deny = excluded.deny
), removed_overwrites as (
  delete from channel_overwrites o using channel_overwrites_rows r join admitted a on a.id = r.stream
  join channels ch on ch.community_id = a.scope
  where r.op = 'remove' and ch.id = r.channel_id and o.channel_id = ch.id and o.target_id = r.target_id
), overwrites_of_targets as (
  delete from channel_overwrites o using channel_overwrites_rows r join admitted a on a.id = r.stream
  join channels ch on ch.community_id = a.scope
  where r.op = 'remove_all' and o.channel_id = ch.id and o.target_id = r.target_id
)",
    key: &["channel_id", "target_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::SetOverwrite(overwrite) => Some(json!({
            "op": "set",
            "channel_id": overwrite.channel_id,
            "target_id": overwrite.target_id,
            "target_type": overwrite.target_type,
            "allow": Permissions::of(&overwrite.allow).bits(),
            "deny": Permissions::of(&overwrite.deny).bits(),
        })),
        Change::RemoveOverwrite { channel_id, target_id } => {
            Some(json!({"op": "remove", "channel_id": channel_id, "target_id": target_id}))
        }
        Change::RemoveRole { id } => Some(json!({"op": "remove_all", "target_id": id})),
        _ => None,
    }
}
