//! What can't be published, and what was left unpublished.

use std::sync::Arc;
use std::time::Instant;

use ajet_chatd::actors::outbox::Outbox;
use ajet_chatd::bus::EncodedEvent;
use ajet_chatd::followers::publisher;
use ajet_chatd::store::Store;
use ajet_protocol::ops::ClusterReport;
use ajet_protocol::{EventId, MessageId, PageQuery, StreamId, Topic, Visibility};
use bytes::Bytes;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::support::{OPS, World, db, eventually, everything_is_published, history, next, serve, sql, text};

/// H2, I20: an event that NATS can never take is put aside and shown; its stream, its neighbours and retention go on.
#[tokio::test]
async fn an_event_that_nats_can_never_take_is_parked() {
    let world = World::new().await;
    world.expects_errors(&["an event can't be published; it is parked"]);
    let other = world.channel("other", Visibility::Public).await;
    world.ann.post(world.general.id, &text("before")).await.expect("posts");
    everything_is_published(&world).await;
    write_too_large_an_event(&world).await;
    // Another node: it starts with what it finds.
    let second = serve(&world.config).await;
    world.ann.post(world.general.id, &text("after")).await.expect("its stream goes on");
    world.ann.post(other.id, &text("beside")).await.expect("its neighbours go on");
    everything_is_published(&world).await;
    let report: ClusterReport = world.nobody.with_token(OPS).get("/ops/cluster").await.expect("reports");
    assert_eq!(report.parked, Some(1));
    assert_eq!(sql(&world, "select 1 from parked_events where reason like '%more than NATS takes'").await, 1);
    assert_eq!(history(&world.ann, &world.general).await.len(), 2);
    let removed = world
        .server
        .app()
        .store
        .remove_events_before(OffsetDateTime::now_utc() - time::Duration::days(1), 100)
        .await;
    assert_eq!(removed.expect("retention goes on"), 1, "the parked one is past its time");
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    second.stop().await;
    everything_is_published(&world).await;
    world.end().await;
}

/// Adds an event to the channel `general` as an earlier version could write it: larger than NATS takes, committed, past its time,
/// and in no actor's memory.
pub async fn write_too_large_an_event(world: &World) {
    world.server.app().node.channels.kill(world.general.id, false);
    eventually("the channel is at rest", async || {
        world.server.app().node.channels.info(world.general.id).is_none()
    })
    .await;
    sqlx::query(
        "with head as (update streams set head = head + 1 where id = $1 returning head)
         insert into events (stream, seq, id, type, ts, community_id, channel_id, acl_version, payload)
         select $1, head.head, gen_random_uuid(), 'message.pinned', now() - interval '2 days', $2, $1, 1,
                json_build_object('huge', repeat('x', 1500000)) from head",
    )
    .bind(world.general.id.0)
    .bind(world.community.id.0)
    .execute(&mut db(world).await)
    .await
    .expect("writes");
}

/// M7: a sweep costs what was written since the last one, and finds what all nodes forgot.
#[tokio::test]
async fn a_sweep_finds_what_was_left_and_looks_at_nothing_twice() {
    let world = World::new().await;
    world.ann.post(world.general.id, &text("one")).await.expect("posts");
    everything_is_published(&world).await;
    let store = Store::new(&world.config.db);
    let mark = async || -> String {
        sqlx::query_scalar("select published_to::text from upkeep")
            .fetch_one(&mut db(&world).await)
            .await
            .expect("reads")
    };
    let before = mark().await;
    // The server's own sweep would find the same events first.
    sql(&world, "update upkeep set swept_at = 'infinity'").await;
    // As if a node had died between commit and publishing, and no other had the channel since.
    world.ann.post(world.general.id, &text("two")).await.expect("posts");
    everything_is_published(&world).await;
    sql(&world, "update outbox set published = published - 1 where stream in (select id from channels)")
        .await;
    sql(&world, "update upkeep set published_to = '0'").await;
    // A transaction of any database of the server holds a sweep back, and other tests have some.
    eventually("the sweep finds it", async || store.sweep().await.expect("sweeps").lacking.len() == 1).await;
    let lacking = mark().await;
    sql(&world, "update outbox set published = published + 1 where stream in (select id from channels)")
        .await;
    assert!(store.sweep().await.expect("sweeps").lacking.is_empty());
    let after: u64 = mark().await.parse().expect("a number");
    let (before, lacking): (u64, u64) =
        (before.parse().expect("a number"), lacking.parse().expect("a number"));
    assert!(lacking <= after && before <= after, "the mark moves on: {before}, {lacking}, {after}");
    // A dump that was restored numbers its transactions anew.
    sql(&world, "update upkeep set published_to = '99999999999'").await;
    assert!(store.sweep().await.expect("sweeps").lacking.is_empty());
    assert!(mark().await.parse::<u64>().expect("a number") < 99_999_999_999);
    let every = std::time::Duration::from_secs(600);
    let turns = [store.takes_turn_to_tidy(every).await, store.takes_turn_to_tidy(every).await];
    assert!(!turns[1].as_ref().expect("asks"), "one node at a time tidies: {turns:?}");
    world.end().await;
}

/// C-M5: 64 MiB of events wait to be published, the others are left to the log, and what is published makes room.
#[tokio::test]
async fn the_queue_of_the_publisher_is_bounded_in_bytes() {
    let world = World::new().await;
    world.expects_errors(&["an event can't be published; it is parked"]);
    let app = world.server.app();
    let (outbox, committed) = Outbox::new();
    tokio::spawn(publisher::run(app.store.clone(), app.bus.clone(), committed));
    let json = Bytes::from(vec![b' '; 1 << 20]);
    let offer = |n: u128| {
        outbox.publish(&Arc::new(EncodedEvent {
            id: EventId(Uuid::from_u128(n)),
            kind: None,
            kind_name: "test".into(),
            stream: StreamId(Uuid::from_u128(n)),
            seq: 1,
            community_id: None,
            channel_id: None,
            acl_version: 1,
            to: None,
            about: Ok(None),
            // With its headers larger than NATS takes: it is parked and marked as published, and NATS never sees it.
            json: json.clone(),
            since: Instant::now(),
        }));
    };
    let published = async || -> i64 {
        sqlx::query_scalar(
            "select count(*) from outbox where stream < '00000000-0000-0000-0000-000000010000'",
        )
        .fetch_one(&mut db(&world).await)
        .await
        .expect("counts")
    };
    // These streams are not in the log: what does not fit is never published. Nothing runs between two offers.
    (1..=80).for_each(&offer);
    eventually("what fits is published", async || published().await == 64).await;
    (101..=164).for_each(&offer);
    eventually("there is room for as much again", async || published().await == 128).await;
    world.end().await;
}

/// A cursor that can still be replayed from finds every change of rights since.
#[tokio::test]
async fn changes_of_rights_are_kept_as_long_as_the_events_of_their_time() {
    let world = World::new().await;
    let store = &world.server.app().store;
    everything_is_published(&world).await;
    let changes = async || -> i64 {
        sqlx::query_scalar("select count(*) from acl_changes")
            .fetch_one(&mut db(&world).await)
            .await
            .expect("counts")
    };
    assert!(changes().await > 0, "bob has joined");
    let snapshot = store.snapshot().await.expect("reads");
    let soon = OffsetDateTime::now_utc() + time::Duration::hours(1);
    assert!(store.remove_events_before(soon, 1000).await.expect("tidies") > 0);
    assert_eq!(changes().await, 0, "they went with their events");
    let bob = world.bob.me().await.expect("me").user.id;
    world.bob.leave(world.general.id).await.expect("leaves");
    assert_eq!(store.remove_events_before(soon - time::Duration::days(1), 1000).await.expect("tidies"), 0);
    let changed = store.rights_changed_since(&snapshot, bob, &[]).await.expect("reads");
    assert_eq!(changed, [(Topic::Community(world.community.id), None)], "what is younger stays");
    world.end().await;
}

/// What a node of release 0.1.0 leaves of a message that it deletes, since it does not know of it.
const LEFT: [&str; 5] = [
    "insert into reactions (message_id, emoji, user_id, created_at) select id, '👍', author_id, now() from messages where id = $1",
    "insert into pins (message_id, channel_id, user_id, pinned_at) select id, channel_id, author_id, now() from messages where id = $1",
    "insert into message_previews (message_id, channel_id, previews)
       select id, channel_id, '[{\"url\": \"https://a.example\", \"title\": \"A\"}]'::jsonb from messages where id = $1",
    "insert into message_mentions (message_id, kind, target_id) select id, 1, author_id from messages where id = $1",
    "update messages set attachments = 1, poll = '{\"question\": \"q\", \"options\": [\"a\", \"b\"], \"multiple\": false, \"closes_at\": null}'
       where id = $1",
];

/// Leaves all of it.
async fn leaves_all(world: &World, message: MessageId) {
    let mut db = db(world).await;
    for statement in LEFT {
        let done = sqlx::query(statement).bind(message.0).execute(&mut db).await.expect("writes");
        assert_eq!(done.rows_affected(), 1, "{statement}");
    }
}

/// I19: of a message that such a node deletes no one is shown more than its place, and what it left goes with the event.
#[tokio::test]
async fn what_a_deletion_left_is_shown_to_no_one_and_goes_with_its_event() {
    let world = World::new().await;
    let gone = world.ann.post(world.general.id, &text("gone")).await.expect("posts").id;
    world.ann.delete(gone).await.expect("deletes");
    leaves_all(&world, gone).await;
    let read = world.bob.message(gone).await.expect("its place");
    let page = world.history().await;
    for shown in [&read, page.last().expect("its place")] {
        assert!(shown.deleted && !shown.pinned && shown.poll.is_none(), "{shown:?}");
        assert!(shown.attachments.is_empty() && shown.previews.is_empty() && shown.reactions.is_empty());
    }
    let people = world.bob.who_reacted(gone, "👍", &PageQuery::default()).await.expect("lists");
    assert!(people.items.is_empty());
    let told = "select 1 from events_shown where type = 'message.created'
                and (payload::jsonb #> '{message,poll}' <> 'null' or payload::jsonb #> '{message,previews}' <> '[]')";
    assert_eq!(sql(&world, told).await, 0);
    everything_is_published(&world).await;
    let soon = OffsetDateTime::now_utc() + time::Duration::hours(1);
    let store = &world.server.app().store;
    while store.remove_events_before(soon, 2).await.expect("tidies") > 0 {}
    let left = "select message_id from reactions union all select message_id from pins
                union all select message_id from message_previews union all select message_id from message_mentions
                union all select id from messages where poll is not null or attachments <> 0";
    assert_eq!(sql(&world, left).await, 0);
    world.end().await;
}

/// Of other messages nothing goes.
#[tokio::test]
async fn reactions_that_a_deletion_left_go_with_its_event() {
    let world = World::new().await;
    let (gone, kept) = (
        world.ann.post(world.general.id, &text("gone")).await.expect("posts"),
        world.ann.post(world.general.id, &text("kept")).await.expect("posts"),
    );
    world.ann.delete(gone.id).await.expect("deletes");
    world.bob.react(kept.id, "👍").await.expect("reacts");
    sqlx::query("insert into reactions select $1, emoji, user_id, created_at from reactions")
        .bind(gone.id.0)
        .execute(&mut db(&world).await)
        .await
        .expect("writes");
    everything_is_published(&world).await;
    let soon = OffsetDateTime::now_utc() + time::Duration::hours(1);
    let store = &world.server.app().store;
    while store.remove_events_before(soon, 2).await.expect("tidies") > 0 {}
    let left: Vec<Uuid> = sqlx::query_scalar("select message_id from reactions")
        .fetch_all(&mut db(&world).await)
        .await
        .expect("reads");
    assert_eq!(left, [kept.id.0]);
    world.end().await;
}

/// I20: an event whose payload no release writes goes like all others.
#[tokio::test]
async fn a_deletion_that_names_no_message_is_removed() {
    let world = World::new().await;
    let gone = world.ann.post(world.general.id, &text("gone")).await.expect("posts");
    world.ann.delete(gone.id).await.expect("deletes");
    everything_is_published(&world).await;
    let spoilt = "update events set payload = '{\"message_id\": \"none\"}' where type = 'message.deleted'";
    assert_eq!(sql(&world, spoilt).await, 1);
    let soon = OffsetDateTime::now_utc() + time::Duration::hours(1);
    assert!(world.server.app().store.remove_events_before(soon, 1000).await.expect("tidies") > 0);
    assert_eq!(sql(&world, "select 1 from events where type = 'message.deleted'").await, 0);
    world.end().await;
}
