//! Coming back with a cursor: everything that was missed, or a resync.

use std::sync::Arc;

use ajet_chatd::store::replay::{ReplayBudget, Replayed};
use futures::StreamExt;
use tokio::sync::Semaphore;

use crate::support::{World, created, cursors_cover_everything, eventually, next, read_until, sql, text};

/// I4.
#[tokio::test]
async fn a_reader_that_comes_back_has_missed_nothing() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("seen")).await.expect("posts");
    let mut cursor = String::new();
    loop {
        let event = next(&mut live).await;
        cursor.clone_from(&event.cursor);
        if created(&event).is_some() {
            break;
        }
    }
    drop(live);
    for n in 0..50 {
        world.ann.post(world.general.id, &text(&format!("missed {n}"))).await.expect("posts");
    }
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.ann.post(world.general.id, &text("last")).await.expect("posts");
    let mut seen = read_until(&mut live, "last").await;
    seen.retain(|text| text.starts_with("missed"));
    assert_eq!(seen, (0..50).map(|n| format!("missed {n}")).collect::<Vec<_>>());
    world.end().await;
}

/// I4.
#[tokio::test]
async fn a_reader_that_comes_back_again_and_again_under_load_misses_nothing() {
    let world = World::new().await;
    let ann = world.ann.clone();
    let channel = world.general.id;
    let writer = tokio::spawn(async move {
        for n in 0..300 {
            ann.post(channel, &text(&format!("{n}"))).await.expect("posts");
        }
        ann.post(channel, &text("end")).await.expect("posts");
    });
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    let mut live = world.bob.live(None).await.expect("opens");
    'reading: loop {
        for _ in 0..17 {
            let event = next(&mut live).await;
            assert_ne!(event.name, "resync");
            if !event.cursor.is_empty() {
                cursor = Some(event.cursor.clone());
            }
            match created(&event) {
                Some(text) if text == "end" => break 'reading,
                Some(text) if seen.last() != Some(&text) => seen.push(text),
                _ => {}
            }
        }
        live = world.bob.live(cursor.as_deref()).await.expect("opens");
    }
    writer.await.expect("wrote");
    let mut numbers: Vec<u32> = seen.iter().filter_map(|text| text.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let first = *numbers.first().expect("some");
    assert_eq!(numbers, (first..300).collect::<Vec<_>>(), "no hole after the first one seen");
    world.end().await;
}

#[tokio::test]
async fn a_cursor_that_cannot_be_used_gives_resync() {
    let world = World::new().await;
    for bad in ["nonsense", "deadbeef.1:1:", "..", "1:2:3"] {
        let mut live = world.bob.live(Some(bad)).await.expect("opens");
        assert_eq!(next(&mut live).await.name, "ready");
        assert_eq!(next(&mut live).await.name, "resync", "{bad}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_resync_says_why_and_from_where_to_go_on() {
    let world = World::new().await;
    eventually("there is a cursor", async || {
        !world.server.app().node.feeds().cursors().snapshot().is_empty()
    })
    .await;
    let mut live = world.bob.live(Some("nonsense")).await.expect("opens");
    let ready = next(&mut live).await;
    assert_eq!(ready.name, "ready");
    let mut again = world.bob.live(Some(&ready.cursor)).await.expect("opens");
    assert_eq!(next(&mut again).await.name, "ready");
    assert_eq!(
        next(&mut again).await.name,
        "resync",
        "a client that was cut off between the two is told again"
    );
    drop(again);
    let resync = next(&mut live).await;
    assert_eq!((resync.name.as_str(), resync.data.as_str()), ("resync", r#"{"reason":"cursor"}"#));
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    assert_eq!(read_until(&mut live, "after").await, ["after"], "the stream goes on");
    let mut live = world.bob.live(Some(&resync.cursor)).await.expect("opens");
    assert_eq!(read_until(&mut live, "after").await, ["after"], "its id is a cursor");
    world.end().await;
}

/// H3, I12: replay is bounded in bytes.
#[tokio::test]
async fn a_replay_that_is_too_large_is_a_resync() {
    let world = World::with(|config| config.events.replay_mib = 1).await;
    cursors_cover_everything(&world).await;
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    drop(live);
    let body = format!("```\n{}\n```", "\"".repeat(3980));
    world.ann.post(world.general.id, &text("small")).await.expect("posts");
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    assert_eq!(
        (next(&mut live).await.name.as_str(), next(&mut live).await.name.as_str()),
        ("ready", "message.created")
    );
    for _ in 0..40 {
        world.ann.post(world.general.id, &text(&body)).await.expect("posts");
    }
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    assert_eq!(
        (next(&mut live).await.name.as_str(), next(&mut live).await.name.as_str()),
        ("ready", "resync")
    );
    world.end().await;
}

/// C-H1: a replay that takes too long to find is a resync, while the statement that looks for it is still running.
#[tokio::test]
async fn a_replay_that_takes_too_long_is_a_resync() {
    let world = World::new().await;
    world.leaves_outbox("the log becomes a view that answers after a minute");
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
    world.end().await;
}

/// A cursor of a stream that was narrowed says nothing of other communities.
#[tokio::test]
async fn a_narrowed_cursor_is_good_for_what_it_covers_only() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let path = format!("{}/api/events?community_id={}", world.base(), world.community.id);
    let opening = http.get(path).bearer_auth(world.bob.token().expect("a token"));
    let mut bytes = opening.send().await.expect("opens").bytes_stream();
    let mut said = String::new();
    while !said.contains("\nid: ") && !said.starts_with("id: ") {
        said.push_str(&String::from_utf8_lossy(&bytes.next().await.expect("open").expect("reads")));
    }
    let cursor = said.lines().find_map(|line| line.strip_prefix("id: ")).expect("a cursor").to_owned();
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    assert_eq!(
        (next(&mut live).await.name.as_str(), next(&mut live).await.name.as_str()),
        ("ready", "resync")
    );
    world.ann.post(world.general.id, &text("missed")).await.expect("posts");
    eventually("the narrowed stream goes on from it", async || {
        let path = format!("{}/api/events?community_id={}", world.base(), world.community.id);
        let opening =
            http.get(path).bearer_auth(world.bob.token().expect("a token")).header("last-event-id", &cursor);
        let mut bytes = opening.send().await.expect("opens").bytes_stream();
        let first = String::from_utf8_lossy(&bytes.next().await.expect("open").expect("reads")).into_owned();
        let mut said = first;
        while let Some(Ok(more)) = bytes.next().await {
            said.push_str(&String::from_utf8_lossy(&more));
            if said.contains("missed") {
                return true;
            }
        }
        false
    })
    .await;
    world.end().await;
}

/// C-L9: a cursor is checked again after the log was read: what retention removed meanwhile is a refetch, not a hole.
#[tokio::test]
async fn a_cursor_is_checked_again_after_the_log_was_read() {
    let world = World::new().await;
    let store = &world.server.app().store;
    let snapshot = store.snapshot().await.expect("reads");
    world.ann.post(world.general.id, &text("missed")).await.expect("posts");
    let budget = ReplayBudget { events: 100, bytes: 1 << 20, room: Arc::new(Semaphore::new(1024)) };
    let streams = [world.general.id.into()];
    let missed = async || store.events_after(&snapshot, &streams, &budget).await.expect("reads");
    let Replayed::Missed(all) = missed().await else { panic!("all of it is there") };
    assert_eq!(all.events.len(), 1);
    drop(all);
    // As if retention had moved the horizon after the first check, which is not part of this.
    sql(&world, "update log_horizon set removed_to = pg_current_xact_id()").await;
    assert!(matches!(missed().await, Replayed::Gone));
    world.end().await;
}
