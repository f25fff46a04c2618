//! What a reader missed, as the log tells it: the events of their streams, and where rights have changed.

use std::sync::Arc;

use ajet_chatd::store::Store;
use ajet_chatd::store::replay::{Missed, ReplayBudget, Replayed};
use ajet_protocol::{ChannelId, StreamId, Topic, UpdateChannel, UserId, Visibility};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::support::{DEADLINE, POLL, World, db, sql, text};

fn budget(events: i64) -> ReplayBudget {
    ReplayBudget { events, bytes: 1 << 20, room: Arc::new(Semaphore::new(1024)) }
}

async fn replayed(store: &Store, snapshot: &str, streams: &[StreamId], events: i64) -> Replayed {
    store.events_after(snapshot, streams, &budget(events)).await.expect("reads")
}

async fn missed(store: &Store, snapshot: &str, streams: &[StreamId]) -> Missed {
    match replayed(store, snapshot, streams, 100).await {
        Replayed::Missed(missed) => missed,
        other => panic!("all of it is there: {other:?}"),
    }
}

#[tokio::test]
async fn a_replay_holds_the_streams_it_is_asked_for_and_no_more_than_its_budget() {
    let world = World::new().await;
    let store = &world.server.app().store;
    let other = world.channel("other", Visibility::Public).await;
    world.ann.post(world.general.id, &text("seen")).await.expect("posts");
    let snapshot = store.snapshot().await.expect("reads");
    for n in 0..3 {
        for channel in [world.general.id, other.id] {
            world.ann.post(channel, &text(&format!("{n}"))).await.expect("posts");
        }
    }
    let (here, there) = (StreamId::from(world.general.id), StreamId::from(other.id));
    let streams = async |asked: &[StreamId]| -> Vec<StreamId> {
        missed(store, &snapshot, asked).await.events.iter().map(|(one, _)| one.event.stream).collect()
    };
    assert_eq!(streams(&[here]).await, [here; 3]);
    assert_eq!(streams(&[there, here, there]).await, [here, there, here, there, here, there]);
    assert!(streams(&[]).await.is_empty());
    // Over all streams together, and for one alone.
    let (both, one): (&[StreamId], &[StreamId]) = (&[here, there], &[here]);
    for (asked, limit, fits) in [(both, 6, true), (both, 5, false), (one, 3, true), (one, 2, false)] {
        let found = replayed(store, &snapshot, asked, limit).await;
        assert_eq!(matches!(found, Replayed::Missed(_)), fits, "{asked:?}, {limit}");
        assert_eq!(matches!(found, Replayed::TooMuch), !fits, "{asked:?}, {limit}");
    }
    // A reader goes on from the snapshot of what it has got: at least once, and without a hole.
    let settled = tokio::time::timeout(DEADLINE, async {
        loop {
            if let Some(on) = missed(store, &snapshot, both).await.events.remove(3).1 {
                return on;
            }
            // Some transaction of another test is under way.
            tokio::time::sleep(POLL).await;
        }
    });
    let on = settled.await.expect("no transaction stays open");
    let rest = missed(store, &on, both).await.events;
    assert_eq!(rest.len(), 3, "the one that it has got, and two more");
    world.end().await;
}

#[tokio::test]
async fn a_snapshot_that_is_not_of_this_log_is_gone() {
    let world = World::new().await;
    let store = &world.server.app().store;
    let streams = [world.general.id.into()];
    let present = store.snapshot().await.expect("reads");
    assert!(matches!(replayed(store, &present, &streams, 100).await, Replayed::Missed(_)));
    for bad in ["", "nonsense", "5:4:", "999999999999:999999999999:"] {
        assert!(matches!(replayed(store, bad, &streams, 100).await, Replayed::Gone), "{bad}");
    }
    sql(&world, "update log_horizon set removed_to = pg_current_xact_id()").await;
    assert!(matches!(replayed(store, &present, &streams, 100).await, Replayed::Gone));
    world.end().await;
}

#[tokio::test]
async fn a_reader_is_told_where_their_rights_may_have_changed() {
    let world = World::new().await;
    let store = &world.server.app().store;
    let community = Topic::Community(world.community.id);
    let (ann, bob) = (world.ann.me().await.expect("me").user.id, world.bob.me().await.expect("me").user.id);
    let other = world.channel("other", Visibility::Public).await;
    let snapshot = store.snapshot().await.expect("reads");
    let changed = async |person: UserId, scopes: &[Topic]| {
        store.rights_changed_since(&snapshot, person, scopes).await.expect("reads")
    };
    let (own, no): (&[Topic], &[Topic]) = (&[community], &[]);
    assert!(changed(bob, own).await.is_empty());
    world.bob.leave(world.general.id).await.expect("leaves");
    for scopes in [own, no] {
        assert_eq!(changed(bob, scopes).await, [(community, None)], "their own, wherever it was");
    }
    assert!(changed(ann, own).await.is_empty(), "that of another concerns nobody else");
    world.channel("secret", Visibility::Private).await;
    assert_eq!(changed(bob, own).await, [(community, None)], "of a new channel an event tells, or nothing");
    let hidden = UpdateChannel { visibility: Some(Visibility::Private), ..UpdateChannel::default() };
    world.ann.update_channel(other.id, &hidden).await.expect("is made private");
    assert!(changed(bob, own).await.contains(&(community, Some(other.id))));
    assert_eq!(changed(bob, no).await, [(community, None)], "elsewhere a channel is none of theirs");
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert!(changed(ann, own).await.contains(&(community, None)), "everyone's");
    world.end().await;
}

#[tokio::test]
async fn an_advance_tells_what_has_grown_and_whose_rights_changed() {
    let world = World::new().await;
    let store = &world.server.app().store;
    let bob = world.bob.me().await.expect("me").user.id;
    let snapshot = store.snapshot().await.expect("reads");
    let advance = store.advance_from(&snapshot).await.expect("reads");
    assert!(advance.heads.is_empty() && advance.changed.is_empty(), "{advance:?}");
    world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let last = world.ann.post(world.general.id, &text("two")).await.expect("posts");
    world.bob.leave(world.general.id).await.expect("leaves");
    let advance = store.advance_from(&snapshot).await.expect("reads");
    let topic = Topic::Community(world.community.id);
    assert!(advance.heads.contains(&(topic, world.general.id.into(), last.seq)), "{advance:?}");
    assert!(
        advance.heads.iter().any(|(_, stream, _)| *stream == StreamId::from(world.community.id)),
        "{advance:?}"
    );
    assert_eq!(advance.changed, [(topic, bob)]);
    world.end().await;
}

/// Trap 2: what is in no community is waited for, too, before a cursor says that it was delivered.
#[tokio::test]
async fn an_advance_tells_of_direct_messages_and_of_people() {
    let world = World::new().await;
    world.leaves_outbox("events are written that no node announces");
    let store = &world.server.app().store;
    let (dm, person) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let snapshot = store.snapshot().await.expect("reads");
    for (stream, channel) in [(dm, Some(dm)), (person, None)] {
        let write = "insert into events (stream, seq, id, type, ts, channel_id, acl_version, payload)
                     values ($1, 1, gen_random_uuid(), 'read.updated', now(), $2, 1, '{}')";
        let write = sqlx::query(write).bind(stream).bind(channel);
        write.execute(&mut db(&world).await).await.expect("writes");
    }
    let advance = store.advance_from(&snapshot).await.expect("reads");
    for topic in [Topic::Dm(ChannelId(dm)), Topic::Person(UserId(person))] {
        assert!(advance.heads.contains(&(topic, StreamId(topic.id()), 1)), "{advance:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn cursors_of_one_database_have_one_key_and_no_other() {
    let (world, other) = (World::new().await, World::new().await);
    let key = async |world: &World| world.server.app().store.cursor_key().await.expect("reads");
    assert_eq!(key(&world).await, Store::new(&world.config.db).cursor_key().await.expect("reads"));
    assert_ne!(key(&world).await, key(&other).await);
    world.end().await;
    other.end().await;
}
