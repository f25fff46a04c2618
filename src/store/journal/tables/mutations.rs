//! Idempotency keys, and what each made.

use ajet_domain::community::Change;
use ajet_domain::journal::DuplicateKey;
use ajet_domain::writer::SpentKey;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "mutations",
    sql: "spent as (
  insert into mutations (author_id, key, object_id, fingerprint, created_at)
  select r.author_id, r.key, r.object_id, r.fingerprint, r.created_at
  from admitted a, jsonb_to_recordset($rows)
    as r(author_id uuid, key text, object_id uuid, fingerprint bigint, created_at timestamptz)
)",
    key: &["author_id", "key"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::SpendKey(SpentKey { key, object, fingerprint, at }) = change else { return None };
    let DuplicateKey { author, key } = key;
    Some(json!({
        "author_id": author,
        "key": key,
        "object_id": object,
        "fingerprint": fingerprint,
        "created_at": at,
    }))
}
