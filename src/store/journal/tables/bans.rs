//! Who may not come back, who decided so, and why.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "bans",
    columns: "op text, user_id uuid, actor_id uuid, reason text, created_at timestamptz",
    spent: None,
    writes: "added_bans as (
  insert into bans (community_id, user_id, actor_id, reason, created_at)
  select a.scope, r.user_id, r.actor_id, r.reason, r.created_at
  from bans_rows r join admitted a on a.id = r.stream where r.op = 'add'
  on conflict (community_id, user_id) do update
    set actor_id = excluded.actor_id, reason = excluded.reason, created_at = excluded.created_at
), lifted_bans as (
  delete from bans b using bans_rows r join admitted a on a.id = r.stream
  where r.op = 'lift' and b.community_id = a.scope and b.user_id = r.user_id
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
