//! Jobs that fail for a while, whose nodes die, or that many nodes could take.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use super::rows::{ask, is_there, messages, orphans};
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
    let rests =
        "select attempts, reason, due_at > now() from jobs where id = $1 and node is null and attempts > 1";
    eventually("it has failed twice and rests", async || {
        let query = sqlx::query_as::<_, (i32, String, bool)>(rests).bind(job);
        let found = query.fetch_optional(&mut db(&world).await).await.expect("reads");
        found.is_some_and(|(_, reason, later)| reason.starts_with("internal: ") && later)
    })
    .await;
    assert_eq!(messages(&world, place).await, 3, "what failed did nothing by halves");
    sql(&world, "drop trigger refuse on messages").await;
    eventually("it is done", async || !is_there(&world, job).await).await;
    assert_eq!(messages(&world, place).await, 0);
    world.end().await;
}

/// A node that died between taking a job and its end leaves the claim, which runs out.
#[tokio::test]
async fn what_a_dead_node_had_is_taken_by_another() {
    let world = World::new().await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 3).await;
    let left = "insert into jobs (name, key, payload, attempts, started_at, node, due_at)
                values ('channel:delete', 'left', $1, 1, now(), $2, now() + interval '2 seconds') returning id";
    let query = sqlx::query_scalar(left).bind(json!({ "channel_id": place })).bind(Uuid::new_v4());
    let job: i64 = query.fetch_one(&mut db(&world).await).await.expect("writes");
    assert_eq!(messages(&world, place).await, 3, "the claim still counts");
    eventually("it is done", async || !is_there(&world, job).await).await;
    assert_eq!(messages(&world, place).await, 0);
    world.end().await;
}

/// A job that takes its node down each time is not handed on for ever.
#[tokio::test]
async fn what_never_comes_to_an_end_is_dead() {
    let world = World::new().await;
    world.expects_errors(&["a job is dead"]);
    let worn = "insert into jobs (name, key, payload, attempts, started_at, node, due_at)
                values ('channel:delete', 'worn', $1, 35, now(), $2, now()) returning id";
    let payload = json!({ "channel_id": Uuid::new_v4() });
    let query = sqlx::query_scalar(worn).bind(payload).bind(Uuid::new_v4());
    let job: i64 = query.fetch_one(&mut db(&world).await).await.expect("writes");
    eventually("it is dead", async || {
        let dead = "select exists (select 1 from jobs where id = $1 and failed_at is not null)";
        sqlx::query_scalar(dead).bind(job).fetch_one(&mut db(&world).await).await.expect("asks")
    })
    .await;
    world.end().await;
}

#[tokio::test]
async fn of_several_nodes_one_takes_each_job() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    sql(world, "create table takes (id bigint, node uuid)").await;
    sql(
        world,
        "create function note_take() returns trigger language plpgsql as $$ begin
           if new.attempts > old.attempts then insert into takes values (new.id, new.node); end if; return null; end $$",
    )
    .await;
    sql(world, "create trigger note_take after update on jobs for each row execute function note_take()")
        .await;
    let ann = world.ann.me().await.expect("me").user.id;
    let mut jobs = HashSet::new();
    for _ in 0..30 {
        let place = orphans(world, ann, 2).await;
        jobs.insert(ask(world, "channel:delete", json!({ "channel_id": place })).await);
    }
    let left = "select count(*) from jobs where name = 'channel:delete'";
    eventually("all are done", async || {
        sqlx::query_scalar::<_, i64>(left).fetch_one(&mut db(world).await).await.expect("counts") == 0
    })
    .await;
    let takes: Vec<i64> =
        sqlx::query_scalar("select id from takes").fetch_all(&mut db(world).await).await.expect("reads");
    let taken: Vec<_> = takes.into_iter().filter(|id| jobs.contains(id)).collect();
    assert_eq!((taken.len(), taken.iter().collect::<HashSet<_>>().len()), (30, 30), "each once");
    cluster.end().await;
}

#[tokio::test]
async fn a_node_without_the_role_leaves_jobs_alone() {
    let world = World::with(|config| config.node.roles = vec!["web".into()]).await;
    let ann = world.ann.me().await.expect("me").user.id;
    let place = orphans(&world, ann, 1).await;
    let job = ask(&world, "channel:delete", json!({ "channel_id": place })).await;
    let world = world.restarted(|config| config.node.roles = vec!["web".into(), "jobs".into()]).await;
    let attempts: Option<i32> = sqlx::query_scalar("select attempts from jobs where id = $1")
        .bind(job)
        .fetch_optional(&mut db(&world).await)
        .await
        .expect("reads");
    assert!(attempts.is_none_or(|attempts| attempts <= 1), "the node before had not begun it");
    eventually("it is done", async || !is_there(&world, job).await).await;
    world.end().await;
}
