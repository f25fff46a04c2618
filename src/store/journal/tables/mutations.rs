//! Idempotency keys, and what each made.

use ajet_domain::Change;
use ajet_domain::journal::DuplicateKey;
use ajet_domain::writer::SpentKey;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

pub const TABLE: Table = Table {
    name: "mutations",
    columns: "author_id uuid, key text, object_id uuid, fingerprint bigint, created_at timestamptz",
    spent: Some(
        "select r.stream, r.author_id, r.key, false
  from mutations_rows r join mutations m on m.author_id = r.author_id and m.key = r.key",
    ),
    writes: "spent_keys as (
  insert into mutations (author_id, key, object_id, fingerprint, created_at)
  select r.author_id, r.key, r.object_id, r.fingerprint, r.created_at
  from mutations_rows r join admitted a on a.id = r.stream
  order by r.author_id, r.key
)",
    key: &["author_id", "key"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::SpendKey(SpentKey { key, object, fingerprint, at }) = change else { return None };
    let DuplicateKey { author, set: _, key } = key;
    Some(json!({
        "author_id": author,
        "key": key,
        "object_id": object,
        "fingerprint": fingerprint,
        "created_at": at,
    }))
}
