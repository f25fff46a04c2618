//! Jobs that are asked for. What hands them over to the queue (`src/jobs/handover.rs`) takes them away.

use ajet_domain::Change;
use serde_json::{Value, json};

use crate::store::journal::table::Table;

/// Only inserted: it is the queue that knows of two requests with one key that they are the same job, and it begins none before the
/// commit that asks for it has ended.
pub const TABLE: Table = Table {
    name: "job_requests",
    columns: "name text, key text, payload jsonb, run_at timestamptz",
    spent: None,
    writes: "added_job_requests as (
  insert into job_requests (name, key, payload, run_at)
  select r.name, r.key, r.payload, r.run_at from job_requests_rows r join admitted a on a.id = r.stream
)",
    key: &["key"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    let Change::RequestJob(job) = change else { return None };
    Some(json!({"name": job.name(), "key": job.key(), "payload": job.payload(), "run_at": job.at()}))
}

/// Whether a change asks for a job.
pub fn asks_for_a_job(change: &Change) -> bool {
    matches!(change, Change::RequestJob(_))
}
