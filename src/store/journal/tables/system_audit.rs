//! What the owner of the system did to accounts, in no community. What they did to settings is written with these (`store/settings.rs`), and so
//! is who signed in and out (`store/accounts.rs`, `store/sessions.rs`).

use std::collections::BTreeMap;

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "system_audit",
    columns: "id uuid, actor_id uuid, action text, target_type text, target_id uuid, details jsonb, created_at timestamptz",
    spent: None,
    writes: "system_audited as (
  insert into system_audit (id, actor_id, person_id, action, target_type, target_id, details, created_at)
  select r.id, r.actor_id, case when r.target_type = 'user' then r.target_id end, r.action, r.target_type, r.target_id, r.details, r.created_at
  from system_audit_rows r join admitted a on a.id = r.stream
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::AuditSystem { id, actor, action, target_type, target_id, details, at } = change else {
        return None;
    };
    let details: BTreeMap<&str, &str> = details.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(json!({
        "id": id,
        "actor_id": actor,
        "action": action,
        "target_type": target_type,
        "target_id": target_id,
        "details": details,
        "created_at": at,
    }))
}
