//! Who belongs to the community, as what, under which name and picture, and until when they are muted. A mute of a person who leaves is kept for when
//! they come back.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Of several operations on one person the last one stands, but that a new role, a new nickname and a new picture are one operation. So an append may
/// not add a person and mute them, nor remove a person who is there and add them again; no verb does either.
pub const TABLE: Table = Table {
    name: "community_members",
    columns: "op text, user_id uuid, role text, joined_at timestamptz, muted_until timestamptz, renames boolean, nickname text,
    repaints boolean, avatar_url text",
    spent: None,
    writes: "added_members as (
  insert into community_members (community_id, user_id, role, joined_at, muted_until)
  select a.scope, r.user_id, r.role, r.joined_at, r.muted_until
  from community_members_rows r join admitted a on a.id = r.stream where r.op = 'add'
), mutes_taken_up as (
  delete from kept_mutes k using community_members_rows r join admitted a on a.id = r.stream
  where r.op = 'add' and k.community_id = a.scope and k.user_id = r.user_id
), muted_members as (
  update community_members m set muted_until = r.muted_until
  from community_members_rows r join admitted a on a.id = r.stream
  where r.op = 'mute' and m.community_id = a.scope and m.user_id = r.user_id
), changed_members as (
  update community_members m
  set role = coalesce(r.role, m.role), nickname = case when r.renames then r.nickname else m.nickname end,
      avatar_url = case when r.repaints then r.avatar_url else m.avatar_url end
  from community_members_rows r join admitted a on a.id = r.stream
  where r.op = 'change' and m.community_id = a.scope and m.user_id = r.user_id
), mutes_left_behind as (
  insert into kept_mutes (community_id, user_id, muted_until)
  select m.community_id, m.user_id, m.muted_until
  from community_members_rows r join admitted a on a.id = r.stream
  join community_members m on m.community_id = a.scope and m.user_id = r.user_id
  where r.op = 'remove' and m.muted_until > now()
  on conflict (community_id, user_id) do update set muted_until = excluded.muted_until
), removed_members as (
  delete from community_members m using community_members_rows r join admitted a on a.id = r.stream
  where r.op = 'remove' and m.community_id = a.scope and m.user_id = r.user_id
)",
    key: &["user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::AddMember { user_id, role, joined_at, muted_until } => Some(json!({
            "op": "add",
            "user_id": user_id,
            "role": role,
            "joined_at": joined_at,
            "muted_until": muted_until,
        })),
        Change::Mute { user_id, until } => {
            Some(json!({"op": "mute", "user_id": user_id, "muted_until": until}))
        }
        Change::SetRole { user_id, role } => Some(json!({"op": "change", "user_id": user_id, "role": role})),
        Change::SetNickname { user_id, nickname } => {
            Some(json!({"op": "change", "user_id": user_id, "renames": true, "nickname": nickname}))
        }
        Change::SetMemberAvatar { user_id, avatar_url } => {
            Some(json!({"op": "change", "user_id": user_id, "repaints": true, "avatar_url": avatar_url}))
        }
        Change::RemoveMember { user_id } => Some(json!({"op": "remove", "user_id": user_id})),
        _ => None,
    }
}
