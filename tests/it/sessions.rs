//! M6: sessions end when they should, and their streams with them.

use ajet_client::Client;
use ajet_protocol::Code;
use futures::future::join_all;

use crate::world::{DEADLINE, World, db, eventually, next, serve, sql};

async fn sessions_of(world: &World, name: &str) -> i64 {
    sqlx::query_scalar(
        "select count(*) from sessions s join users u on u.id = s.user_id where u.username = $1",
    )
    .bind(name)
    .fetch_one(&mut db(world).await)
    .await
    .expect("counts")
}

#[tokio::test]
async fn i14_a_stream_ends_when_its_session_expires() {
    let world = World::with(|config| config.events.heartbeat_s = 1).await;
    // So old that its longest life is over in three seconds, however much it is used.
    sql(
        &world,
        "update sessions set created_at = now() - interval '180 days' + interval '3 seconds',
                                     expires_at = now() + interval '3 seconds'
                 where user_id = (select id from users where username = 'bob')",
    )
    .await;
    // Another node, which remembers nothing of the session.
    let other = serve(&world.config).await;
    let bob = world.bob.at(&format!("http://{}", other.addr()));
    let mut live = bob.live(None).await.expect("opens while the session lives");
    assert_eq!(next(&mut live).await.name, "ready");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "the stream ends with the session");
    assert_eq!(bob.me().await.expect_err("over").code(), Some(Code::Unauthenticated));
    other.stop().await;
}

#[tokio::test]
async fn of_many_sessions_the_ones_used_longest_ago_make_room() {
    let world = World::with(|config| config.sessions.per_person = 3).await;
    let mut clients: Vec<Client> = Vec::new();
    for _ in 0..5 {
        clients.push(world.nobody.sign_in("carol").await.expect("signs in").0);
        sqlx::query("update sessions set expires_at = expires_at - interval '1 hour'")
            .execute(&mut db(&world).await)
            .await
            .expect("ages");
    }
    assert_eq!(sessions_of(&world, "carol").await, 3);
    for (n, client) in clients.iter().enumerate() {
        assert_eq!(client.me().await.is_ok(), n >= 2, "{n}");
    }
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_that_the_browser_had() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let base = world.base();
    let sign_in = async |cookie: Option<&str>| {
        let mut request =
            http.post(format!("{base}/auth/dev")).json(&serde_json::json!({"username": "dora"}));
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie).header("origin", &base);
        }
        let answer = request.send().await.expect("answers");
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned()
    };
    let first = sign_in(None).await;
    let second = sign_in(Some(&first)).await;
    let status = async |cookie: &str| {
        let asking = http.get(format!("{base}/api/me")).header("cookie", cookie);
        asking.send().await.expect("answers").status().as_u16()
    };
    assert_eq!((status(&first).await, status(&second).await), (401, 200));
    assert_eq!(sessions_of(&world, "dora").await, 1);
}

#[tokio::test]
async fn what_has_expired_is_removed() {
    let world = World::new().await;
    sql(&world, "update sessions set expires_at = now() - interval '2 days' where user_id = (select id from users where username = 'bob')").await;
    world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    let ended = sql(&world, "update invites set expires_at = now() - interval '31 days'").await;
    assert!(ended > 0);
    let store = &world.server.app().store;
    store.forget_ended_sessions().await.expect("removes");
    store.remove_what_is_past().await.expect("removes");
    assert_eq!(sessions_of(&world, "bob").await, 0);
    assert_eq!(sql(&world, "delete from invites").await, 0);
}

/// Queries that wait for a lock of a world's database.
async fn waiting(world: &World) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
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
    other.stop().await;
}
