//! Dead jobs, as operators list, retry and discard them.

use ajet_client::Client;
use ajet_protocol::Code;
use ajet_protocol::ops::{ClusterReport, JobList, JobReport, JobState};
use reqwest::Method;
use serde_json::json;

use super::rows::{ask, is_there, messages, number, orphans, taken};
use crate::support::{OPS, World, code, db, eventually};

async fn listed(ops: &Client, id: i64) -> Option<JobReport> {
    let list: JobList = ops.get("/ops/jobs").await.expect("lists");
    list.items.into_iter().find(|job| job.id == id)
}

async fn dies(ops: &Client, id: i64) -> JobReport {
    eventually("it is dead", async || listed(ops, id).await.is_some_and(|job| job.state == JobState::Dead))
        .await;
    listed(ops, id).await.expect("is there")
}

#[tokio::test]
async fn a_dead_job_is_listed_retried_and_done() {
    let world = World::new().await;
    world.expects_errors(&["a job is dead"]);
    let ops = world.nobody.with_token(OPS);
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 2).await;
    let key = ask(&world, "channel:delete", json!({ "channel_id": 5 })).await;
    let id = number(&world, &key).await;
    let dead = dies(&ops, id).await;
    assert_eq!((&dead.name, &dead.key), (&"channel:delete".to_owned(), &key), "{dead:?}");
    assert_eq!(dead.reason.as_deref(), Some("its payload can't be read"));
    assert!(dead.failed_at.is_some() && dead.worker.is_none(), "{dead:?}");
    let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
    assert_eq!(report.dead_jobs, Some(1));
    // The cause is gone.
    sqlx::query("update graphile_worker._private_jobs set payload = ($2::jsonb)::json where id = $1")
        .bind(id)
        .bind(json!({ "channel_id": place }))
        .execute(&mut db(&world).await)
        .await
        .expect("mends");
    ops.send_empty(Method::POST, &format!("/ops/jobs/{id}/retry")).await.expect("taken");
    eventually("it is done", async || !is_there(&world, &key).await).await;
    assert_eq!(messages(&world, place).await, 0);
    world.end().await;
}

#[tokio::test]
async fn a_dead_job_is_discarded() {
    let world = World::new().await;
    world.expects_errors(&["a job is dead"]);
    let ops = world.nobody.with_token(OPS);
    let key = ask(&world, "user:announce", json!({})).await;
    let id = number(&world, &key).await;
    dies(&ops, id).await;
    let (job, retry) = (format!("/ops/jobs/{id}"), format!("/ops/jobs/{id}/retry"));
    assert_eq!(code(world.ann.send_empty(Method::DELETE, &job).await), Code::Unauthenticated);
    ops.send_empty(Method::DELETE, &job).await.expect("gone");
    assert!(!is_there(&world, &key).await);
    assert_eq!(code(ops.send_empty(Method::DELETE, &job).await), Code::NotFound);
    assert_eq!(code(ops.send_empty(Method::POST, &retry).await), Code::NotFound);
    world.end().await;
}

/// A name that only a newer release knows is left to its nodes for an hour, and then it is dead: it can't wait for ever unseen.
#[tokio::test]
async fn a_job_that_no_node_knows_is_dead_in_the_end() {
    let world = World::new().await;
    world.expects_errors(&["a job is dead"]);
    let ops = world.nobody.with_token(OPS);
    let [fresh, old] = [(); 2].map(|()| ask(&world, "channel:paint", json!({})));
    let (fresh, old) = (number(&world, &fresh.await).await, number(&world, &old.await).await);
    sqlx::query(
        "update graphile_worker._private_jobs
         set created_at = now() - interval '2 hours', run_at = now() - interval '2 hours' where id = $1",
    )
    .bind(old)
    .execute(&mut db(&world).await)
    .await
    .expect("ages");
    let dead = dies(&ops, old).await;
    assert!(dead.reason.is_some_and(|reason| reason.starts_with("no node has known")));
    assert_eq!(listed(&ops, fresh).await.expect("is there").state, JobState::Waiting);
    world.end().await;
}

/// A node that carries a job out decides what becomes of it.
#[tokio::test]
async fn a_job_that_runs_is_neither_retried_nor_discarded() {
    let world = World::new().await;
    let ops = world.nobody.with_token(OPS);
    let id = taken(&world, "runs", json!({}), (1, 0.0)).await;
    assert_eq!(listed(&ops, id).await.expect("is there").state, JobState::Running);
    let (job, retry) = (format!("/ops/jobs/{id}"), format!("/ops/jobs/{id}/retry"));
    assert_eq!(code(ops.send_empty(Method::DELETE, &job).await), Code::NotFound);
    assert_eq!(code(ops.send_empty(Method::POST, &retry).await), Code::NotFound);
    assert!(is_there(&world, "runs").await);
    world.end().await;
}
