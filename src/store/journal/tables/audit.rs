//! What moderators did to whom, and why.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "audit_log",
    columns: "id uuid, actor_id uuid, action text, person_id uuid, reason text, created_at timestamptz",
    spent: None,
    writes: "audited as (
  insert into audit_log (id, community_id, actor_id, action, person_id, reason, created_at)
  select r.id, a.scope, r.actor_id, r.action, r.person_id, r.reason, r.created_at
  from audit_log_rows r join admitted a on a.id = r.stream
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::Audit { id, actor, action, person, reason, at } = change else { return None };
    Some(json!({
        "id": id,
        "actor_id": actor,
        "action": action,
        "person_id": person,
        "reason": reason,
        "created_at": at,
    }))
}
