//! Who may not come back, who decided so, and why.

use ajet_domain::community::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "bans",
    sql: "ban_rows as (
  select a.id as community_id, r.* from admitted a, jsonb_to_recordset($rows)
    as r(op text, user_id uuid, actor_id uuid, reason text, created_at timestamptz)
), added_bans as (
  insert into bans (community_id, user_id, actor_id, reason, created_at)
  select r.community_id, r.user_id, r.actor_id, r.reason, r.created_at from ban_rows r where r.op = 'add'
  on conflict (community_id, user_id) do update
    set actor_id = excluded.actor_id, reason = excluded.reason, created_at = excluded.created_at
), lifted_bans as (
  delete from bans b using ban_rows r
  where r.op = 'lift' and b.community_id = r.community_id and b.user_id = r.user_id
)",
    key: &["user_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::Ban { user_id, actor, reason, at } => Some(
            json!({"op": "add", "user_id": user_id, "actor_id": actor, "reason": reason, "created_at": at}),
        ),
        Change::Unban { user_id } => Some(json!({"op": "lift", "user_id": user_id})),
        _ => None,
    }
}
