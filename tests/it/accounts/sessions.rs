//! M6: sessions end when they should, and their streams with them.

use ajet_chatd::store::outbox::Past;
use ajet_protocol::Code;

use crate::support::{DEADLINE, World, db, next, serve, sessions_of, sql};

/// I14.
#[tokio::test]
async fn a_stream_ends_when_its_session_expires() {
    let world = World::with(|config| config.events.heartbeat_s = 1).await;
    // Another node, which remembers nothing of the session.
    let other = serve(&world.config).await;
    // So old that its longest life is over in three seconds, however much it is used.
    sql(
        &world,
        "update sessions set created_at = now() - interval '180 days' + interval '3 seconds',
                                     expires_at = now() + interval '3 seconds'
                 where user_id = (select id from users where username = 'bob')",
    )
    .await;
    let bob = world.bob.at(&format!("http://{}", other.addr()));
    let mut live = bob.live(None).await.expect("opens while the session lives");
    assert_eq!(next(&mut live).await.name, "ready");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "the stream ends with the session");
    assert_eq!(bob.me().await.expect_err("over").code(), Some(Code::Unauthenticated));
    world.end().await;
    other.stop().await;
}

#[tokio::test]
async fn what_has_expired_is_removed() {
    let world = World::new().await;
    sql(&world, "update sessions set expires_at = now() - interval '2 days' where user_id = (select id from users where username = 'bob')").await;
    world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    let ended = sql(&world, "update invites set expires_at = now() - interval '31 days'").await;
    assert!(ended > 0);
    let old = "insert into notifications (user_id, id, type, source_id, channel_id, actor_id, created_at)
               select u.id, gen_random_uuid(), 'mention', gen_random_uuid(), gen_random_uuid(), u.id, now() - age
               from users u, unnest(array[interval '89 days', interval '91 days']) age where u.username = 'bob'";
    assert_eq!(sql(&world, old).await, 2);
    let store = &world.server.app().store;
    store.forget_ended_sessions().await.expect("removes");
    for (what, removed) in [(Past::IdempotencyKeys, 0), (Past::Invites, ended), (Past::Notifications, 1)] {
        assert_eq!(store.remove_past(what, 100).await.expect("removes"), removed, "{what}");
    }
    assert_eq!(sessions_of(&world, "bob").await, 0);
    assert_eq!(sql(&world, "delete from invites").await, 0);
    assert_eq!(sql(&world, "delete from notifications").await, 1, "of 89 days ago");
    world.end().await;
}

/// However many there are, one statement removes a part of them.
#[tokio::test]
async fn what_is_past_its_time_is_removed_in_parts() {
    let world = World::new().await;
    let rows = [
        "insert into mutations (author_id, key, object_id, fingerprint, created_at)
         select gen_random_uuid(), n::text, gen_random_uuid(), 0, now() - interval '49 hours' from generate_series(1, 3) n",
        "insert into invites (id, community_id, code, created_at, expires_at)
         select gen_random_uuid(), c.id, n::text, now(), now() - interval '31 days' from communities c, generate_series(1, 3) n",
        "insert into notifications (user_id, id, type, source_id, channel_id, actor_id, created_at)
         select gen_random_uuid(), gen_random_uuid(), 'mention', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
                now() - interval '91 days' from generate_series(1, 3)",
    ];
    let store = &world.server.app().store;
    for (what, rows) in Past::ALL.into_iter().zip(rows) {
        assert_eq!(sql(&world, rows).await, 3, "{what}");
        for expected in [2, 1, 0] {
            assert_eq!(store.remove_past(what, 2).await.expect("removes"), expected, "{what}");
        }
    }
    world.end().await;
}

/// C-L8: a session whose end can't be moved on answers all the same, and its next use tries again.
#[tokio::test]
async fn a_session_that_cannot_be_extended_is_good_all_the_same() {
    let world = World::new().await;
    sql(&world, "update sessions set expires_at = now() + interval '2 days'").await;
    sql(
        &world,
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$",
    )
    .await;
    sql(&world, "create trigger refuse before update on sessions for each row execute function refuse()")
        .await;
    let extended = async || -> bool {
        sqlx::query_scalar(
            "select expires_at > now() + interval '10 days' from sessions
             where user_id = (select id from users where username = 'bob')",
        )
        .fetch_one(&mut db(&world).await)
        .await
        .expect("is there")
    };
    // Each time another node, which remembers nothing of the session.
    let second = serve(&world.config).await;
    world.bob.at(&format!("http://{}", second.addr())).me().await.expect("answers");
    assert!(!extended().await, "it could not be extended");
    sql(&world, "drop trigger refuse on sessions").await;
    let third = serve(&world.config).await;
    world.bob.at(&format!("http://{}", third.addr())).me().await.expect("answers");
    assert!(extended().await, "the next use extended it");
    world.end().await;
    second.stop().await;
    third.stop().await;
}
