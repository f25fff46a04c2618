//! Live streams.

use std::time::Duration;

use ajet_protocol::Visibility;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::world::{DEADLINE, World, created, db, eventually, next, read_until, text};

#[tokio::test]
async fn ready_first_then_what_happens() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = world.ann.post(world.general.id, &text("hi")).await.expect("posts");
    let event = next(&mut live).await;
    assert_eq!(event.name, "message.created");
    let envelope = event.envelope().expect("an envelope");
    assert_eq!((envelope.seq, envelope.channel_id), (Some(posted.seq), Some(world.general.id)));
    world.ann.edit(posted.id, "hello").await.expect("edits");
    assert_eq!(next(&mut live).await.name, "message.edited");
    world.ann.delete(posted.id).await.expect("deletes");
    let deleted = next(&mut live).await;
    assert_eq!(deleted.name, "message.deleted");
    assert!(!deleted.data.contains("hello"), "a deletion never carries the text");
}

#[tokio::test]
async fn i4_a_reader_that_comes_back_has_missed_nothing() {
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
}

#[tokio::test]
async fn i4_a_reader_that_comes_back_again_and_again_under_load_misses_nothing() {
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
}

#[tokio::test]
async fn a_cursor_that_cannot_be_used_gives_resync() {
    let world = World::new().await;
    for bad in ["nonsense", "deadbeef.1:1:", "..", "1:2:3"] {
        let mut live = world.bob.live(Some(bad)).await.expect("opens");
        assert_eq!(next(&mut live).await.name, "ready");
        assert_eq!(next(&mut live).await.name, "resync", "{bad}");
    }
}

#[tokio::test]
async fn i14_a_session_that_ends_ends_its_streams() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.sign_out().await.expect("signs out");
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    let after = tokio::time::timeout(DEADLINE, live.next()).await.expect("ends in time");
    assert!(after.is_none(), "nothing after the end: {after:?}");
    assert!(world.bob.me().await.is_err());
}

#[tokio::test]
async fn i6_no_event_of_a_channel_one_has_left_or_never_joined() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let open = world.channel("open", Visibility::Public).await;
    world.bob.join(open.id).await.expect("joins");
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.ann.post(open.id, &text("while in")).await.expect("posts");
    assert_eq!(read_until(&mut live, "while in").await, ["while in"]);
    world.bob.leave(open.id).await.expect("leaves");
    world.ann.post(open.id, &text("after leaving")).await.expect("posts");
    world.ann.post(secret.id, &text("hush")).await.expect("posts");
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    // Channels are streams of their own, without an order between them: only a cursor says that everything came by.
    let barrier = everything_before_now(&world).await;
    assert_eq!(read_past(&mut live, &world, &barrier).await, ["for all"]);
}

/// What the log holds by now: a reader whose cursor covers it has been sent all of it.
async fn everything_before_now(world: &World) -> String {
    sqlx::query_scalar("select pg_current_snapshot()::text")
        .fetch_one(&mut db(world).await)
        .await
        .expect("reads")
}

/// Reads a stream until its cursor covers a snapshot; the message texts that came.
async fn read_past(live: &mut ajet_client::Live, world: &World, barrier: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut database = db(world).await;
    for n in 0.. {
        // A cursor comes with a frame: something has to happen.
        world.ann.post(world.general.id, &text(&format!("tick {n}"))).await.expect("posts");
        let event = next(live).await;
        seen.extend(created(&event).filter(|body| !body.starts_with("tick")));
        let snapshot = event.cursor.split_once('.').map_or("", |(_, snapshot)| snapshot).to_owned();
        let covers = "select pg_snapshot_xmin($1::pg_snapshot) >= pg_snapshot_xmax($2::pg_snapshot)";
        let covered: bool = sqlx::query_scalar(covers)
            .bind(snapshot)
            .bind(barrier)
            .fetch_one(&mut database)
            .await
            .expect("compares");
        if covered {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seen
}

#[tokio::test]
async fn joining_a_community_reaches_a_stream_that_is_open() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    carol.accept_invite(&invite.code).await.expect("joins");
    assert_eq!(next(&mut live).await.name, "member.joined");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome").await, ["welcome"]);
}

#[tokio::test]
async fn idle_streams_get_comments_and_headers_for_proxies() {
    let world = World::with(|config| config.events.heartbeat_s = 1).await;
    let mut stream = raw_stream(&world).await;
    let mut seen = String::new();
    let mut bytes = [0; 1024];
    while !seen.contains("\n: ") {
        let read =
            tokio::time::timeout(DEADLINE, stream.read(&mut bytes)).await.expect("in time").expect("reads");
        seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    assert!(
        seen.contains("x-accel-buffering: no") && seen.contains("content-type: text/event-stream"),
        "{seen}"
    );
    assert_eq!(seen.matches("retry: ").count(), 1);
}

async fn raw_stream(world: &World) -> tokio::net::TcpStream {
    let http = reqwest::Client::new();
    let signed_in =
        http.post(format!("{}/auth/dev", world.base())).json(&serde_json::json!({"username": "bob"}));
    let signed_in: serde_json::Value = signed_in.send().await.expect("answers").json().await.expect("JSON");
    let token = signed_in["token"].as_str().expect("a token");
    let mut stream = tokio::net::TcpStream::connect(world.server.addr()).await.expect("connects");
    let request = format!("GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("writes");
    stream
}

#[tokio::test]
async fn i12_a_reader_that_stays_behind_gets_resync_and_is_closed() {
    let world = World::with(|config| config.events.queue_frames = 16).await;
    let mut slow = raw_stream(&world).await;
    eventually("the slow stream is open", async || world.server.app().node.sessions.count() == 1).await;
    let body = "x".repeat(4000);
    let mut posted = 0;
    while world.server.app().node.sessions.count() > 0 {
        world.ann.post(world.general.id, &text(&body)).await.expect("others are not held up");
        posted += 1;
        assert!(posted < 5000, "the slow reader was never dropped");
    }
    let mut all = Vec::new();
    tokio::time::timeout(DEADLINE, slow.read_to_end(&mut all))
        .await
        .expect("the stream ends")
        .expect("reads");
    let text = String::from_utf8_lossy(&all);
    let (before, resync) = text.rsplit_once("\nevent: resync\n").expect("the last thing it hears is resync");
    assert!(resync.starts_with("data: {\"reason\":\"behind\"}\n\n"), "{resync}");
    let id = before.rsplit('\n').next().and_then(|line| line.strip_prefix("id: "));
    assert!(id.is_some_and(|id| id.contains('.')), "and from where it goes on: {id:?}");
}

#[tokio::test]
async fn slow_headers_are_cut_off() {
    let world = World::with(|config| config.http.header_timeout_s = 1).await;
    let mut stream = tokio::net::TcpStream::connect(world.server.addr()).await.expect("connects");
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost:").await.expect("writes");
    let mut all = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut all)).await;
    assert!(ended.is_ok(), "a client that sends no head is cut off");
}
