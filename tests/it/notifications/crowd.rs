//! Messages that call many: told in parts, once each, and delaying nothing else.

use ajet_chatd::followers::notifier;
use ajet_chatd::store::Store;
use ajet_chatd::store::due::{Lane, Whom};
use ajet_protocol::{PostMessage, UserId};
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::kinds::all_is_told;
use super::told::about;
use crate::support::{World, db, eventually, id_of, sql, text};

/// Those whom one message calls.
const PEOPLE: i64 = 10_000;

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

/// How many were told of one message between the posting of another one and its reader's being told of that.
async fn told_meanwhile(world: &World, of: Uuid, other: Uuid, reader: UserId) -> i64 {
    let meanwhile = "select count(*) from notifications n, messages m, notifications own
                     where n.source_id = $1 and m.id = $2 and own.source_id = $2 and own.user_id = $3
                       and n.created_at between m.created_at and own.created_at";
    sqlx::query_scalar(meanwhile)
        .bind(of)
        .bind(other)
        .bind(reader.0)
        .fetch_one(&mut db(world).await)
        .await
        .expect("reads")
}

/// Nothing waits for the crowd that ann calls: of those who were called first, few are told before somebody who is named later. That is told
/// by the order and not by a clock, which a busy machine would stretch for both.
async fn no_mention_waits(world: &World, call: &str) {
    let bob = id_of(&world.bob).await;
    let called = world.ann.post(world.general.id, &text(call)).await.expect("posts");
    eventually("they are being told", async || !told(world, called.id.0).await.is_empty()).await;
    let named = world.ann.post(world.general.id, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    eventually("bob is told", async || about(&world.bob, &named).await.is_some()).await;
    assert!(sql(world, "select 1 from due_notices where broad").await > 0, "the crowd is being told");
    let meanwhile = told_meanwhile(world, called.id.0, named.id.0, bob).await;
    assert!(meanwhile < PEOPLE / 10, "{meanwhile} were told before bob");
    // To tell the others takes longer than all of this: they leave.
    sql(
        world,
        "delete from channel_members cm using users u where u.id = cm.user_id and u.username like 'crowd%'",
    )
    .await;
    all_is_told(world).await;
}

#[tokio::test]
async fn a_message_that_calls_ten_thousand_delays_no_mention() {
    let world = World::new().await;
    crowd(&world, PEOPLE).await;
    no_mention_waits(&world, "@<channel> look").await;
    world.end().await;
}

#[tokio::test]
async fn a_call_of_ten_thousand_who_are_here_delays_no_mention() {
    // Half a second after its start the node knows who is here.
    let world = World::with(|config| config.presence.away_s = 12).await;
    crowd(&world, PEOPLE).await;
    let people: Vec<Uuid> = sqlx::query_scalar("select id from users where username like 'crowd%'")
        .fetch_all(&mut db(&world).await)
        .await
        .expect("reads");
    // As a stream of each of them would.
    let presence = &world.server.app().context.presence;
    let here: Vec<_> = people.into_iter().map(|person| presence.enter(UserId(person))).collect();
    assert_eq!(here.len() as i64, PEOPLE);
    no_mention_waits(&world, "@<here> look").await;
    drop(here);
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
            online: Arc::new(move |people| Some(presence.among(people))),
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

/// Of a thread few are read at first, then parts, of bounded size each. Together these are all whom it concerns, each once.
#[tokio::test]
async fn a_thread_of_many_is_read_in_parts_that_miss_no_one() {
    let world = World::new().await;
    crowd(&world, 450).await;
    let parent = world.bob.post(world.general.id, &text("a question")).await.expect("posts");
    sql(&world, "alter table due_notices alter column due_at set default 'infinity'").await;
    let reply = PostMessage { parent_id: Some(parent.id), ..text("an answer") };
    world.ann.post(world.general.id, &reply).await.expect("replies");
    let mut db = db(&world).await;
    // By hand: each third follows it, each fourth has replied, each twelfth does both; each twentieth wants no more of it.
    for statement in [
        "insert into thread_followers (message_id, user_id, following)
         select $1, id, substr(username, 6)::int % 20 > 0 from users
         where username like 'crowd%' and (substr(username, 6)::int % 3 = 0 or substr(username, 6)::int % 20 = 0)",
        "insert into messages (id, channel_id, parent_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select ('00000000' || substr(gen_random_uuid()::text, 9))::uuid, (select channel_id from messages where id = $1), $1, id,
                'so', '<p>so</p>', -1 - n, n || username, 0, now()
         from users, generate_series(1, 3) n where username like 'crowd%' and substr(username, 6)::int % 4 = 0",
    ] {
        sqlx::query(statement).bind(parent.id.0).execute(&mut db).await.expect("writes");
    }
    let store = Store::new(&world.config.db);
    sqlx::query("update due_notices set due_at = now()").execute(&mut db).await.expect("writes");
    let mut due = store.take_due_notices(Lane::Direct, 9).await.expect("takes").pop().expect("it is due");
    let (mut sizes, mut found) = (Vec::new(), Vec::new());
    loop {
        let audience = store.audiences(&[due]).await.expect("reads").remove(&due.message_id).expect("some");
        sizes.push(audience.people.len());
        found.extend(audience.people.iter().map(|one| one.user));
        let Some(to) = audience.goes_on else { break };
        due.whom = Whom::Audience { broad: true, told_to: Some(to) };
    }
    let expected: Vec<Uuid> = sqlx::query_scalar(
        "select id from users where username = 'bob' or username like 'crowd%' and substr(username, 6)::int % 20 > 0
           and (substr(username, 6)::int % 3 = 0 or substr(username, 6)::int % 4 = 0)
         order by id",
    )
    .fetch_all(&mut db)
    .await
    .expect("reads");
    assert_eq!((sizes[0], sizes[1]), (20, expected.len() - 20), "{sizes:?}");
    assert_eq!(found, expected.into_iter().map(UserId).collect::<Vec<_>>(), "each once");
    sql(&world, "delete from due_notices").await;
    world.end().await;
}
