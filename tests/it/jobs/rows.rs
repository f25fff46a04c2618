//! Rows of jobs, as tests write and read them.

use ajet_protocol::{ChannelId, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{World, db, eventually};

/// Asks for a job as an append does, and returns its key.
pub async fn ask(world: &World, name: &str, payload: Value) -> String {
    let key = format!("{name}:{}", Uuid::new_v4());
    sqlx::query("insert into job_requests (name, key, payload) values ($1, $2, $3)")
        .bind(name)
        .bind(&key)
        .bind(payload)
        .execute(&mut db(world).await)
        .await
        .expect("asks");
    world.server.app().node.jobs().notify_one();
    key
}

/// Whether a job is there still, asked for or in the queue.
pub async fn is_there(world: &World, key: &str) -> bool {
    let there = "select exists (select 1 from job_requests where key = $1)
                     or exists (select 1 from graphile_worker.jobs where key = $1)";
    sqlx::query_scalar(there).bind(key).fetch_one(&mut db(world).await).await.expect("asks")
}

/// The number of a job that stays in the queue.
pub async fn number(world: &World, key: &str) -> i64 {
    let number = "select id from graphile_worker.jobs where key = $1";
    let find = async || -> Option<i64> {
        sqlx::query_scalar(number).bind(key).fetch_optional(&mut db(world).await).await.expect("asks")
    };
    eventually("it is in the queue", async || find().await.is_some()).await;
    find().await.expect("stays")
}

/// Whether a job is dead.
pub async fn is_dead(world: &World, key: &str) -> bool {
    let dead = "select exists (select 1 from graphile_worker.jobs
                               where key = $1 and attempts >= max_attempts and locked_at is null)";
    sqlx::query_scalar(dead).bind(key).fetch_one(&mut db(world).await).await.expect("asks")
}

/// A job of 35 attempts that a worker has who is none of this world, for so many seconds; its number.
pub async fn taken(world: &World, key: &str, payload: Value, (attempts, seconds): (i16, f64)) -> i64 {
    let mut db = db(world).await;
    // Not yet due: no worker of this world takes it before it is given away.
    let added = "select id from graphile_worker.add_job('channel:delete', ($2::jsonb)::json, job_key => $1, max_attempts => 35,
                                                        run_at => now() + interval '1 hour')";
    let id = sqlx::query_scalar(added).bind(key).bind(payload).fetch_one(&mut db).await.expect("adds");
    sqlx::query(
        "update graphile_worker._private_jobs
         set attempts = $2, run_at = now(), locked_by = 'gone', locked_at = now() - make_interval(secs => $3) where id = $1",
    )
    .bind(id)
    .bind(attempts)
    .bind(seconds)
    .execute(&mut db)
    .await
    .expect("takes");
    id
}

/// Messages in a place that is no channel, as a deleted one leaves them.
pub async fn orphans(world: &World, author: UserId, count: i32) -> ChannelId {
    let place = ChannelId(Uuid::new_v4());
    sqlx::query(
        "insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select gen_random_uuid(), $1, $2, 'old', 'old', n, $1::uuid::text || ' ' || n, 0, now() from generate_series(1, $3) n",
    )
    .bind(place.0)
    .bind(author.0)
    .bind(count)
    .execute(&mut db(world).await)
    .await
    .expect("writes");
    place
}

/// How many messages a channel has.
pub async fn messages(world: &World, channel: ChannelId) -> i64 {
    sqlx::query_scalar("select count(*) from messages where channel_id = $1")
        .bind(channel.0)
        .fetch_one(&mut db(world).await)
        .await
        .expect("counts")
}
