//! Findings about the core that were rated high or medium (`docs/reviews/2026-11.md`): replay, cursors, publishing, unread counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_chatd::actors::publisher::Publisher;
use ajet_chatd::bus::{EncodedEvent, Use};
use ajet_protocol::subjects::Subject;
use ajet_protocol::{Code, CommunityId, EventId, EventType, MessageId, StreamId};
use bytes::Bytes;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::world::{
    DEADLINE, World, created, db, eventually, everything_is_published, joins_unannounced, next, read_until,
    serve, sql, start_stack, text,
};

/// C-H1: a replay that takes too long to find is a resync, while the statement that looks for it is still running.
#[tokio::test]
async fn a_replay_that_takes_too_long_is_a_resync() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    drop(live);
    // Every read of the log takes longer now than PostgreSQL lets a statement run: that alone would be a 503.
    sql(&world, "alter table events rename to events_behind").await;
    sql(&world, "create view events as select * from events_behind where (select 1 from pg_sleep(60)) = 1")
        .await;
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens all the same");
    assert_eq!(
        (next(&mut live).await.name.as_str(), next(&mut live).await.name.as_str()),
        ("ready", "resync")
    );
}

/// C-M3: where the log can't be read after a join, the stream starts over instead of leaving something out.
#[tokio::test]
async fn joining_while_the_log_cannot_be_read_is_a_resync() {
    let world = World::new().await;
    let (carol, of_carol) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    everything_is_published(&world).await;
    // The notice comes from another node. A session only looks which community it names, so anybody's joining will do.
    let other = serve(&world.config).await;
    let (app, community) = (other.app(), StreamId::from(world.community.id));
    let said = app.store.events_from(community, 1, world.community.id, 500).await.expect("reads");
    let joined = said.iter().find(|event| event.kind == EventType::MemberJoined.as_str()).expect("is there");
    let notice = EncodedEvent::of(joined).json;
    let to_carol = Subject::Notifications(of_carol.id).to_string();
    sql(&world, "alter table events rename to events_away").await;
    let heard = tokio::time::timeout(DEADLINE, async {
        loop {
            // Again and again: the session may not have subscribed yet.
            app.bus.send(Use::Event, &to_carol, notice.clone()).await.expect("is sent");
            if let Ok(frame) = tokio::time::timeout(Duration::from_millis(500), live.next()).await {
                return frame.expect("an open stream").name;
            }
        }
    });
    assert_eq!(heard.await.expect("a frame in time"), "resync");
    sql(&world, "alter table events_away rename to events").await;
    let mut live = carol.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome").await, ["welcome"]);
    other.stop().await;
}

/// Whether a reader with this cursor has what a transaction wrote.
async fn covers(database: &mut PgConnection, cursor: &str, xid: &str) -> bool {
    let Some((_, snapshot)) = cursor.split_once('.') else { return false };
    sqlx::query_scalar("select pg_visible_in_snapshot($1::text::xid8, $2::text::pg_snapshot)")
        .bind(xid.to_owned())
        .bind(snapshot.to_owned())
        .fetch_one(database)
        .await
        .expect("compares")
}

/// Writes an event that no node announces, as one that died between commit and publishing; returns its transaction.
async fn unannounced(database: &mut PgConnection, community: CommunityId, seq: i64) -> String {
    sqlx::query_scalar(
        "insert into events (stream, seq, id, type, ts, community_id, acl_version, payload)
         values ($1, $2, gen_random_uuid(), 'community.updated', now(), $3, 1, '{}') returning xid::text",
    )
    .bind(Uuid::from_u128(1))
    .bind(seq)
    .bind(community.0)
    .fetch_one(database)
    .await
    .expect("writes")
}

/// C-M4: cursors advance although at every moment some event is committed and not yet delivered.
#[tokio::test]
async fn a_cursor_advances_while_something_is_always_under_way() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (mut writing, mut looking) = (db(&world).await, db(&world).await);
    let community = world.community.id;
    let first = unannounced(&mut writing, community, 1).await;
    let writer = tokio::spawn(async move {
        for seq in 2_i64.. {
            unannounced(&mut writing, community, seq).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let advanced = tokio::time::timeout(DEADLINE, async {
        loop {
            let event = next(&mut live).await;
            assert_eq!(event.name, "community.updated");
            if covers(&mut looking, &event.cursor, &first).await {
                return;
            }
        }
    });
    advanced.await.expect("the cursor advances past the first event");
    writer.abort();
}

/// C-M4: a transaction that stays open keeps no cursor back: a reader that comes back gets what it missed and nothing old.
#[tokio::test]
async fn a_cursor_advances_while_a_transaction_stays_open() {
    // On a stack of its own: the transaction would keep back what other tests wait for.
    let stack = start_stack("open-transaction").await;
    let world = World::on(&stack, |_| {}).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (mut foreign, mut looking) = (db(&world).await, db(&world).await);
    sqlx::raw_sql("begin; select pg_current_xact_id()").execute(&mut foreign).await.expect("begins");
    world.ann.post(world.general.id, &text("old")).await.expect("posts");
    assert_eq!(read_until(&mut live, "old").await, ["old"]);
    let newest = "select xid::text from events where type = 'message.created' order by xid desc limit 1";
    let old: String = sqlx::query_scalar(newest).fetch_one(&mut looking).await.expect("is there");
    let advanced = tokio::time::timeout(DEADLINE, async {
        loop {
            // A cursor comes with a frame: something has to happen.
            world.ann.post(world.general.id, &text("tick")).await.expect("posts");
            let cursor = next(&mut live).await.cursor;
            if covers(&mut looking, &cursor, &old).await {
                return cursor;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let cursor = advanced.await.expect("the cursor advances past the old message");
    drop(live);
    world.ann.post(world.general.id, &text("missed")).await.expect("posts");
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    loop {
        let event = next(&mut live).await;
        let body = created(&event).unwrap_or_else(|| panic!("a message, and not {}", event.name));
        assert_ne!(body, "old", "it had that already");
        if body == "missed" {
            break;
        }
    }
    sqlx::raw_sql("rollback").execute(&mut foreign).await.expect("ends");
    stack.stop().await;
}

/// C-M5: 64 MiB of events wait to be published, the others are left to the log, and what is published makes room.
#[tokio::test]
async fn the_queue_of_the_publisher_is_bounded_in_bytes() {
    let world = World::new().await;
    let app = world.server.app();
    let publisher = Publisher::start(app.store.clone(), app.bus.clone());
    let json = Bytes::from(vec![b' '; 1 << 20]);
    let offer = |n: u128| {
        publisher.publish(&Arc::new(EncodedEvent {
            id: EventId(Uuid::from_u128(n)),
            kind: None,
            kind_name: "test".into(),
            stream: StreamId(Uuid::from_u128(n)),
            seq: 1,
            // Without either it has no subject: it is marked as published, and NATS never sees it.
            community_id: None,
            channel_id: None,
            acl_version: 1,
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
}

/// C-M10: marking a channel as read counts nothing, whether it succeeds or is refused.
#[tokio::test]
async fn marking_a_channel_as_read_counts_nothing() {
    let world = World::new().await;
    let first = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    world.ann.post(world.general.id, &text("two")).await.expect("posts");
    let unread = async || {
        let channels = world.bob.channels(world.community.id).await;
        channels.map(|page| page.items[0].unread.count)
    };
    let mark = async |message: MessageId| {
        let path = format!("/api/channels/{}/read", world.general.id);
        world.bob.send::<Value>(Method::PUT, &path, Some(&json!({"message_id": message})), false).await
    };
    assert_eq!(unread().await.expect("counts"), 2);
    // No count works without this column.
    sql(&world, "alter table messages rename column deleted_at to removed_at").await;
    unread().await.expect_err("can't count");
    mark(first.id).await.expect("marks");
    let refused = mark(MessageId(Uuid::nil())).await.expect_err("no such message");
    assert_eq!(refused.code(), Some(Code::Invalid), "where only the right to read is asked for");
    sql(&world, "alter table messages rename column removed_at to deleted_at").await;
    assert_eq!(unread().await.expect("counts"), 1);
}
