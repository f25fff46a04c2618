//! The part of the walk that is about jobs.

use serde_json::Value;

use super::walk::Walk;
use crate::support::{OPS, World, sql};

/// Two jobs that are dead as if their channels had not been removable: one is tried again, one is given up.
pub async fn jobs(walk: &mut Walk, ann: &str, world: &World) {
    sql(
        world,
        r#"select graphile_worker.add_job('channel:delete', '{"channel_id": "0197f000-0000-7000-8000-000000000001"}'::json,
                                          job_key => walked, run_at => now() + interval '1 hour')
           from unnest(array['retried', 'given up']) walked"#,
    )
    .await;
    sql(
        world,
        "select graphile_worker.permanently_fail_jobs(
           array(select id from graphile_worker.jobs where key in ('retried', 'given up')), 'internal: refused')",
    )
    .await;
    walk.go("ops.jobs 401", &[], ann, Value::Null).await;
    let list = walk.go("ops.jobs 200", &[], OPS, Value::Null).await;
    let number = |key: &str| {
        let items = list["items"].as_array().expect("a list");
        items.iter().find(|job| job["key"] == key).expect("is listed")["id"].to_string()
    };
    let (retried, given_up) = (number("retried"), number("given up"));
    walk.go("ops.retry_job 401", &[&retried], "", Value::Null).await;
    walk.go("ops.retry_job 202", &[&retried], OPS, Value::Null).await;
    walk.go("ops.retry_job 404", &["0"], OPS, Value::Null).await;
    walk.go("ops.discard_job 401", &[&given_up], "", Value::Null).await;
    walk.go("ops.discard_job 204", &[&given_up], OPS, Value::Null).await;
    walk.go("ops.discard_job 404", &[&given_up], OPS, Value::Null).await;
}
