//! Asking who one is.

use futures::future::join_all;

use crate::support::{World, db, eventually, serve};

/// Queries that wait for a lock of a world's database.
async fn waiting(world: &World) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
           and query like '%from sessions s join users u on u.id = s.user_id where s.token_hash = %'",
    )
    .fetch_one(&mut db(world).await)
    .await
    .expect("counts")
}

/// C-L8: of many requests with one token at once, one reads it, and all are answered.
#[tokio::test]
async fn a_herd_with_one_token_reads_it_once() {
    const HERD: usize = 50;
    let world = World::new().await;
    // Another node, which does not know the token yet; the herd takes all of its places.
    let mut config = world.config.clone();
    config.http.max_requests = HERD;
    let other = serve(&config).await;
    let base = format!("http://{}", other.addr());
    let mut lock = db(&world).await;
    sqlx::query("begin").execute(&mut lock).await.expect("begins");
    sqlx::query("lock table sessions in access exclusive mode").execute(&mut lock).await.expect("locks");
    let bob = world.bob.at(&base);
    let herd = tokio::spawn(async move { join_all((0..HERD).map(|_| bob.me())).await });
    let is_full = async || {
        let answer = reqwest::get(format!("{base}/api/docs")).await.expect("answers");
        answer.status().as_u16() == 503
    };
    eventually("all of them are under way", is_full).await;
    eventually("one reads the token", async || waiting(&world).await > 0).await;
    assert_eq!(waiting(&world).await, 1, "and no other");
    sqlx::query("rollback").execute(&mut lock).await.expect("ends");
    let answers = herd.await.expect("ends");
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    world.end().await;
    other.stop().await;
}
