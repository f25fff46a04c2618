//! What those did who manage a community, to whom or what, and why.
//!
//! A person that something was done to, and the reason, stand in columns of their own as well: nodes of release 0.1.0 write and read
//! no others.

use std::collections::BTreeMap;

use ajet_domain::Change;
use ajet_domain::verb::AuditTarget;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "audit_log",
    columns: "id uuid, actor_id uuid, action text, target_type text, target_id uuid, details jsonb, person_id uuid, reason text,
    created_at timestamptz",
    spent: None,
    writes: "audited as (
  insert into audit_log (id, community_id, actor_id, action, target_type, target_id, details, person_id, reason, created_at)
  select r.id, a.scope, r.actor_id, r.action, r.target_type, r.target_id, r.details, r.person_id, r.reason, r.created_at
  from audit_log_rows r join admitted a on a.id = r.stream
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::Audit { id, actor, action, target_type, target_id, details, at } = change else {
        return None;
    };
    let person = target_id.filter(|_| *target_type == AuditTarget::PERSON);
    let details: BTreeMap<&str, &str> = details.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(json!({
        "id": id,
        "actor_id": actor,
        "action": action,
        "target_type": target_type,
        "target_id": target_id,
        "reason": details.get("reason"),
        "details": details,
        "person_id": person,
        "created_at": at,
    }))
}
