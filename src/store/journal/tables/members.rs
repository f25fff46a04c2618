//! Who belongs to the community, as what, under which name, and until when they are muted.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one person the last one stands, but that a new role and a new nickname are one operation. So an append may
/// not add a person and mute them, nor remove a person who is there and add them again; no verb does either.
pub const TABLE: Table = Table {
    name: "community_members",
    columns: "op text, user_id uuid, role text, joined_at timestamptz, muted_until timestamptz, renames boolean, nickname text",
    spent: None,
    writes: "added_members as (
  insert into community_members (community_id, user_id, role, joined_at)
  select a.scope, r.user_id, r.role, r.joined_at
  from community_members_rows r join admitted a on a.id = r.stream where r.op = 'add'
), muted_members as (
  update community_members m set muted_until = r.muted_until
  from community_members_rows r join admitted a on a.id = r.stream
  where r.op = 'mute' and m.community_id = a.scope and m.user_id = r.user_id
), changed_members as (
  update community_members m
  set role = coalesce(r.role, m.role), nickname = case when r.renames then r.nickname else m.nickname end
  from community_members_rows r join admitted a on a.id = r.stream
  where r.op = 'change' and m.community_id = a.scope and m.user_id = r.user_id
), removed_members as (
  delete from community_members m using community_members_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and m.community_id = a.scope and m.user_id = r.user_id
)",
    key: &["user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddMember { user_id, role, joined_at } => {
            Some(json!({"op": "add", "user_id": user_id, "role": role, "joined_at": joined_at}))
        }
        Change::Mute { user_id, until } => {
            Some(json!({"op": "mute", "user_id": user_id, "muted_until": until}))
        }
        Change::SetRole { user_id, role } => Some(json!({"op": "change", "user_id": user_id, "role": role})),
        Change::SetNickname { user_id, nickname } => {
            Some(json!({"op": "change", "user_id": user_id, "renames": true, "nickname": nickname}))
        }
        Change::RemoveMember { user_id } => Some(json!({"op": "remove", "user_id": user_id})),
        _ => None,
    }
}
