//! Jobs that fail for a while, whose nodes die, or that many nodes could take.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use super::rows::{ask, is_dead, is_there, messages, orphans, taken};
use crate::support::cluster::Cluster;
use crate::support::{World, db, eventually, sql};

/// From now on no message can be deleted from the table.
async fn refuse_removals(world: &World) {
    sql(
        world,
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$",
    )
    .await;
    sql(world, "create trigger refuse before delete on messages for each row execute function refuse()")
        .await;
}

#[tokio::test]
async fn what_fails_for_a_while_is_tried_again_and_done() {
    let world = World::new().await;
    world.expects_errors(&["store fault"]);
    refuse_removals(&world).await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 3).await;
    let job = ask(&world, "channel:delete", json!({ "channel_id": place })).await;
    let rests = "select last_error, run_at > now() from graphile_worker._private_jobs
                 where key = $1 and locked_at is null and attempts > 1";
    eventually("it has failed twice and rests", async || {
        let query = sqlx::query_as::<_, (String, bool)>(rests).bind(&job);
        let found = query.fetch_optional(&mut db(&world).await).await.expect("reads");
        found.is_some_and(|(reason, later)| reason.contains("internal: ") && later)
    })
    .await;
    assert_eq!(messages(&world, place).await, 3, "what failed did nothing by halves");
    sql(&world, "drop trigger refuse on messages").await;
    eventually("it is done", async || !is_there(&world, &job).await).await;
    assert_eq!(messages(&world, place).await, 0);
    world.end().await;
}

/// A worker that is gone, and whose heart does not beat, leaves its locks.
#[tokio::test]
async fn what_a_dead_node_had_is_taken_by_another() {
    let world = World::new().await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 3).await;
    taken(&world, "left", json!({ "channel_id": place }), (1, 12.0)).await;
    assert_eq!(messages(&world, place).await, 3, "the lock still counts");
    eventually("it is done", async || !is_there(&world, "left").await).await;
    assert_eq!(messages(&world, place).await, 0);
    world.end().await;
}

/// A job that takes its node down each time is not handed on for ever.
#[tokio::test]
async fn what_never_comes_to_an_end_is_dead() {
    let world = World::new().await;
    world.expects_errors(&["a job is dead"]);
    taken(&world, "worn", json!({ "channel_id": Uuid::new_v4() }), (35, 16.0)).await;
    eventually("it is dead", async || is_dead(&world, "worn").await).await;
    world.end().await;
}

/// What was asked for while a worker has it is carried out once more, and what it replaced is no dead job.
#[tokio::test]
async fn what_is_asked_for_while_it_runs_is_done_again() {
    let world = World::new().await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 2).await;
    taken(&world, "again", json!({ "channel_id": place }), (1, 0.0)).await;
    let asked =
        sqlx::query("insert into job_requests (name, key, payload) values ('channel:delete', 'again', $1)");
    asked.bind(json!({ "channel_id": place })).execute(&mut db(&world).await).await.expect("asks");
    eventually("it is done", async || messages(&world, place).await == 0).await;
    eventually("no key is left", async || !is_there(&world, "again").await).await;
    world.end().await;
}

#[tokio::test]
async fn of_several_nodes_one_takes_each_job() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    sql(world, "create table takes (key text)").await;
    sql(
        world,
        "create function note_take() returns trigger language plpgsql as $$ begin
           if new.attempts > old.attempts then insert into public.takes values (new.key); end if; return null; end $$",
    )
    .await;
    sql(
        world,
        "create trigger note_take after update on graphile_worker._private_jobs for each row execute function note_take()",
    )
    .await;
    let ann = world.ann.me().await.expect("me").user.id;
    let mut jobs = HashSet::new();
    for _ in 0..30 {
        let place = orphans(world, ann, 2).await;
        jobs.insert(ask(world, "channel:delete", json!({ "channel_id": place })).await);
    }
    let left = "select (select count(*) from job_requests)
                     + (select count(*) from graphile_worker.jobs where task_identifier = 'channel:delete')";
    eventually("all are done", async || {
        sqlx::query_scalar::<_, i64>(left).fetch_one(&mut db(world).await).await.expect("counts") == 0
    })
    .await;
    let takes: Vec<String> =
        sqlx::query_scalar("select key from takes").fetch_all(&mut db(world).await).await.expect("reads");
    let taken: Vec<_> = takes.into_iter().filter(|key| jobs.contains(key)).collect();
    assert_eq!((taken.len(), taken.iter().collect::<HashSet<_>>().len()), (30, 30), "each once");
    cluster.end().await;
}

/// It waits in the queue until then, and does not count as one that is late.
#[tokio::test]
async fn a_job_with_a_time_waits_for_it() {
    let world = World::new().await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 1).await;
    let asked = sqlx::query(
        "insert into job_requests (name, key, payload, run_at) values ('channel:delete', 'timed', $1, now() + interval '1 day')",
    );
    asked.bind(json!({ "channel_id": place })).execute(&mut db(&world).await).await.expect("asks");
    world.server.app().node.jobs().notify_one();
    let waits =
        "select 1 from graphile_worker.jobs where key = 'timed' and run_at > now() + interval '23 hours'";
    eventually("it is in the queue", async || sql(&world, waits).await == 1).await;
    let left = async || world.server.app().store.jobs_left().await.expect("counts");
    eventually("nothing is late", async || left().await.waiting == 0).await;
    assert_eq!(messages(&world, place).await, 1);
    sql(&world, "select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where key = 'timed'), run_at => now())").await;
    eventually("it is done", async || !is_there(&world, "timed").await).await;
    assert_eq!(messages(&world, place).await, 0);
    world.end().await;
}

/// Two nodes may hand requests over at once: the time that was set last is the one that counts.
#[tokio::test]
async fn requests_with_one_key_are_handed_over_in_their_order() {
    let world = World::with(|config| config.node.roles = vec!["web".into()]).await;
    for hours in [1, 2] {
        let asked = sqlx::query(
            "insert into job_requests (name, key, payload, run_at)
             values ('channel:delete', 'ordered', $1, now() + make_interval(hours => $2))",
        );
        let place = json!({ "channel_id": Uuid::new_v4() });
        asked.bind(place).bind(hours).execute(&mut db(&world).await).await.expect("asks");
    }
    let hand_over = async || {
        let names = ["channel:delete".to_owned()];
        world.server.app().store.hand_jobs_over(&names, &[5], 64).await.expect("hands over")
    };
    let mut other = db(&world).await;
    sqlx::query("begin").execute(&mut other).await.expect("begins");
    let first = "select id from job_requests order by id limit 1 for update";
    sqlx::query(first).execute(&mut other).await.expect("locks");
    assert_eq!(hand_over().await, 0, "another node hands the first one over");
    sqlx::query("rollback").execute(&mut other).await.expect("lets go");
    assert_eq!((hand_over().await, hand_over().await, hand_over().await), (1, 1, 0));
    let last =
        "select 1 from graphile_worker.jobs where key = 'ordered' and run_at > now() + interval '90 minutes'";
    assert_eq!(sql(&world, last).await, 1);
    world.end().await;
}

#[tokio::test]
async fn a_node_without_the_role_leaves_jobs_alone() {
    let world = World::with(|config| config.node.roles = vec!["web".into()]).await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 1).await;
    let job = ask(&world, "channel:delete", json!({ "channel_id": place })).await;
    let asked = "select exists (select 1 from job_requests where key = $1)";
    let waits: bool =
        sqlx::query_scalar(asked).bind(&job).fetch_one(&mut db(&world).await).await.expect("asks");
    assert!(waits, "nobody hands it over");
    let world = world.restarted(|config| config.node.roles = vec!["web".into(), "jobs".into()]).await;
    eventually("it is done", async || !is_there(&world, &job).await).await;
    world.end().await;
}
