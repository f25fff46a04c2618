//! Who owns the system. There is one owner for ever: a second claim breaks the table's key.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::founding::SYSTEM_OWNER;
use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "system_settings",
    columns: "key text, value jsonb, updated_at timestamptz",
    spent: None,
    writes: "claimed_system as (
  insert into system_settings (key, value, updated_at)
  select r.key, r.value, r.updated_at from system_settings_rows r join admitted a on a.id = r.stream
)",
    key: &["key"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::ClaimSystem { owner, at } = change else { return None };
    Some(json!({"key": SYSTEM_OWNER, "value": owner, "updated_at": at}))
}
