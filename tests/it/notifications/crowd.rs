//! Messages that call many: told in parts, once each, and delaying nothing else.

use std::time::{Duration, Instant};

use ajet_chatd::followers::notifier;
use ajet_chatd::store::Store;
use ajet_protocol::UserId;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::kinds::all_is_told;
use super::told::{about, id_of};
use crate::support::{World, db, eventually, sql, text};

/// Makes so many people who are in the community and in `general`, written by hand.
async fn crowd(world: &World, people: i64) {
    let mut db = db(world).await;
    for statement in [
        "insert into users (id, username, display_name, created_at)
         select gen_random_uuid(), 'crowd' || n, 'Crowd ' || n, now() from generate_series(1, $1) n",
        "insert into community_members (community_id, user_id, role, joined_at)
         select (select community_id from channels where community_id is not null limit 1), id, 'member', now()
         from users where username like 'crowd%' and $1 > 0",
        "insert into channel_members (channel_id, user_id, joined_at)
         select (select id from channels where name = 'general'), id, now() from users where username like 'crowd%' and $1 > 0",
    ] {
        sqlx::query(statement).bind(people).execute(&mut db).await.expect("writes");
    }
}

/// Who was told of a message, as often as they were.
async fn told(world: &World, source: Uuid) -> Vec<UserId> {
    let told: Vec<Uuid> =
        sqlx::query_scalar("select user_id from notifications where source_id = $1 order by user_id")
            .bind(source)
            .fetch_all(&mut db(world).await)
            .await
            .expect("reads");
    told.into_iter().map(UserId).collect()
}

#[tokio::test]
async fn a_message_that_calls_a_thousand_delays_no_mention() {
    let world = World::new().await;
    crowd(&world, 1000).await;
    let bob = id_of(&world.bob).await;
    let called = world.ann.post(world.general.id, &text("@<channel> look")).await.expect("posts");
    eventually("they are being told", async || !told(&world, called.id.0).await.is_empty()).await;
    let posted = Instant::now();
    let named = world.ann.post(world.general.id, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    eventually("bob is told", async || about(&world.bob, &named).await.is_some()).await;
    let took = posted.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}; a second of it is the test's own machine's");
    all_is_told(&world).await;
    let told = told(&world, called.id.0).await;
    assert_eq!(told.len(), 1001, "all of them and bob, each once");
    world.end().await;
}

/// One notifier after another dies in the middle of a crowd: the next one goes on where it was, and no one is told twice.
#[tokio::test]
async fn a_notifier_that_dies_in_a_crowd_tells_each_person_once() {
    let world = World::new().await;
    crowd(&world, 450).await;
    sql(&world, "alter table due_notices alter column due_at set default 'infinity'").await;
    let called = world.ann.post(world.general.id, &text("@<channel> look")).await.expect("posts");
    let app = world.server.app();
    let mut parts = 0;
    while sql(&world, "select 1 from due_notices").await > 0 {
        parts += 1;
        sql(&world, "update due_notices set due_at = now()").await;
        let presence = app.context.presence.clone();
        let work = notifier::Work {
            store: Store::new(&world.config.db),
            cluster: app.cluster.clone(),
            online: Arc::new(move |people| presence.among(people)),
            due: Arc::new(Notify::new()),
        };
        let dying = tokio::spawn(notifier::run(work, CancellationToken::new()));
        // It dies as soon as it has told somebody more.
        let before = told(&world, called.id.0).await.len();
        eventually("it tells somebody", async || {
            told(&world, called.id.0).await.len() > before
                || sql(&world, "select 1 from due_notices").await == 0
        })
        .await;
        dying.abort();
    }
    assert!(parts > 0);
    let told = told(&world, called.id.0).await;
    let mut once = told.clone();
    once.dedup();
    assert_eq!((told.len(), once.len()), (451, 451));
    let logged = sql(&world, "select 1 from events where type = 'notification.new'").await;
    assert_eq!(logged, 451, "nor is an event doubled");
    world.end().await;
}
