//! A flood of random tokens. Each is looked up once, by a part of the connections that answer what those who are signed in need: however long that takes,
//! they go on.

use ajet_protocol::Code;

use crate::support::{World, db, eventually, next, read_until, text};

/// What a writer does meanwhile.
const EDITS: usize = 10;

/// How many of this test's statements wait for a lock.
async fn waiting(world: &World) -> usize {
    let count: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    .fetch_one(&mut db(world).await)
    .await
    .expect("counts");
    usize::try_from(count).expect("a number")
}

#[tokio::test]
async fn a_flood_of_random_tokens_keeps_no_writer_waiting() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.ann.post(world.general.id, &text("before")).await.expect("posts");
    read_until(&mut live, "before").await;
    // No look-up of a token comes back while the lock is held, so the flood takes all connections that it gets.
    let mut lock = db(&world).await;
    sqlx::query("begin").execute(&mut lock).await.expect("begins");
    sqlx::query("lock table sessions in access exclusive mode").execute(&mut lock).await.expect("locks");
    let connections = world.config.db.live_pool_size as usize;
    let flood: Vec<_> = (0..4 * connections)
        .map(|n| {
            let guess = world.nobody.with_token(&format!("{n:043}"));
            tokio::spawn(async move { guess.me().await.map(drop) })
        })
        .collect();
    eventually("the flood waits", async || waiting(&world).await >= connections.div_ceil(2)).await;
    let posted = world.ann.post(world.general.id, &text("meanwhile")).await.expect("is taken");
    read_until(&mut live, "meanwhile").await;
    // Where a message stands is looked up by the connections that look tokens up.
    for n in 0..EDITS {
        world.ann.edit(posted.id, &format!("edited {n}")).await.expect("is taken");
    }
    sqlx::query("rollback").execute(&mut lock).await.expect("ends");
    for guess in flood {
        let refused = guess.await.expect("ends").expect_err("is no token");
        assert!(matches!(refused.code(), Some(Code::Unauthenticated | Code::Unavailable)), "{refused}");
    }
    let last = world.history().await.pop().expect("messages");
    assert_eq!(last.body_md, format!("edited {}", EDITS - 1));
    world.end().await;
}
