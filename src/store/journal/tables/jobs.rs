//! Jobs that are asked for. The workers (`src/jobs`) take them away.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// A job is due at once, which is the column's default.
///
/// A job of the same key that was not begun yet is the same: its row is written again as it is, and so locked until this commit ends. Else
/// a node could begin it before, and would not see what this commit changed. Several streams may ask for one job, each row for one key.
pub const TABLE: Table = Table {
    name: "jobs",
    columns: "name text, key text, payload jsonb",
    spent: None,
    writes: "added_jobs as (
  insert into jobs (name, key, payload)
  select distinct on (r.key) r.name, r.key, r.payload from jobs_rows r join admitted a on a.id = r.stream
  order by r.key
  on conflict (key) where started_at is null do update set created_at = jobs.created_at
)",
    key: &["key"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::RequestJob(job) = change else { return None };
    Some(json!({"name": job.name(), "key": job.key(), "payload": job.payload()}))
}

/// Whether a change asks for a job.
pub fn asks_for_a_job(change: &Change) -> bool {
    matches!(change, Change::RequestJob(_))
}
