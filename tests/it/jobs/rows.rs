//! Rows of jobs, as tests write and read them.

use ajet_protocol::{ChannelId, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{World, db};

/// Asks for a job as an append does, and returns its number.
pub async fn ask(world: &World, name: &str, payload: Value) -> i64 {
    let id = sqlx::query_scalar("insert into jobs (name, key, payload) values ($1, $2, $3) returning id")
        .bind(name)
        .bind(format!("{name}:{}", Uuid::new_v4()))
        .bind(payload)
        .fetch_one(&mut db(world).await)
        .await
        .expect("asks");
    world.server.app().node.jobs().notify_one();
    id
}

/// Whether a job is there still.
pub async fn is_there(world: &World, id: i64) -> bool {
    sqlx::query_scalar("select exists (select 1 from jobs where id = $1)")
        .bind(id)
        .fetch_one(&mut db(world).await)
        .await
        .expect("asks")
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
