//! A stream over several connections.

use std::time::{Duration, Instant};

use ajet_protocol::Code;
use futures::StreamExt;
use serde_json::json;
use uuid::Uuid;

use crate::News;
use crate::test_server::{Script, TestServer, answer, stream};

const READY: &str = "event: ready\nid: c0\ndata: {\"session_id\":\"0190a5a0-0000-7000-8000-000000000001\",\
                     \"user_id\":\"0190a5a0-0000-7000-8000-000000000002\",\"node\":\"n\",\
                     \"server_time\":\"2026-11-26T10:00:00.000Z\"}\n\n";

/// A frame of an event with this number, behind which is this cursor.
fn event(n: u128, cursor: &str) -> String {
    let id = Uuid::from_u128(n);
    let envelope = json!({
        "v": 1, "id": id, "type": "message.deleted", "ts": "2026-11-26T10:00:00.000Z", "stream": id, "seq": 1,
        "community_id": null, "channel_id": id, "actor_id": null, "payload": { "message_id": id },
    });
    format!("id: {cursor}\nevent: message.deleted\ndata: {envelope}\n\n")
}

fn refused() -> Script {
    let problem = json!({ "type": "about:blank", "title": "No", "status": 401, "code": "unauthenticated",
                          "detail": "no", "trace_id": null });
    answer(401, "", &problem.to_string())
}

fn name(news: &News) -> String {
    match news {
        News::Ready(_) => "ready".into(),
        News::Event(envelope) => envelope.id.0.as_u128().to_string(),
        News::Resync(_) => "resync".into(),
        News::Rights(_) => "rights".into(),
        News::Presence(_) => "presence".into(),
    }
}

#[tokio::test]
async fn a_lost_stream_goes_on_where_it_was_and_brings_nothing_twice() {
    let first = format!("{READY}{}{}", event(1, "c1"), event(2, "c2"));
    let second = format!(
        "{READY}event: rights\ndata: {{\"communities\":[],\"channels\":[]}}\n\n{}{}\
         id: c4\nevent: resync\ndata: {{\"reason\":\"behind\"}}\n\nid: c5\nevent: ping\ndata: {{}}\n\n\
         event: something.new\ndata: {{}}\n\n: nothing\n\n",
        event(2, "c2"),
        event(3, "c3")
    );
    let scripts = vec![Script::Say(stream(&first)), Script::Say(stream(&second)), refused()];
    let server = TestServer::with(scripts).await;
    let mut events = server.client().events(Some("c"));
    let mut seen = Vec::new();
    let error = loop {
        match events.next().await.expect("goes on") {
            Ok(news) => seen.push(name(&news)),
            Err(error) => break error,
        }
    };
    assert_eq!(
        seen,
        ["ready", "1", "2", "ready", "rights", "3", "resync", "resync"],
        "the last one for what is not known"
    );
    assert_eq!(error.code(), Some(Code::Unauthenticated));
    assert!(events.next().await.is_none(), "it is over");
    let cursors = server.asked().into_iter().map(|asked| {
        let line = asked.lines().find_map(|line| line.strip_prefix("last-event-id: "));
        line.expect("a cursor").to_owned()
    });
    assert_eq!(cursors.collect::<Vec<_>>(), ["c", "c2", "c5"]);
    assert_eq!(events.cursor(), Some("c5"));
}

#[tokio::test]
async fn a_silent_connection_counts_as_lost() {
    let scripts = vec![Script::SayAndStay(stream(READY)), Script::SayAndStay(stream(&event(1, "c1")))];
    let server = TestServer::with(scripts).await;
    let events = server.client().events(None).with_silence(Duration::from_millis(50));
    let events = events.into_stream();
    let seen: Vec<_> = events.take(2).map(|news| name(&news.expect("goes on"))).collect().await;
    assert_eq!(seen, ["ready", "1"]);
    assert!(!server.asked()[0].contains("last-event-id"), "without a cursor it begins now");
}

#[tokio::test]
async fn a_server_that_is_away_for_a_moment_is_asked_again() {
    let away = answer(503, "retry-after: 0\r\n", "");
    let server = TestServer::with(vec![away, Script::SayAndStay(stream(READY))]).await;
    let mut events = server.client().events(None);
    let news = events.next().await.expect("goes on").expect("is told");
    assert_eq!(name(&news), "ready");
}

/// The same as [`READY`], after which no other connection is to be opened sooner than this.
fn ready_with_retry(millis: u64) -> String {
    format!("retry: {millis}\n{READY}")
}

#[tokio::test]
async fn connections_that_bring_no_event_are_opened_less_and_less_often() {
    let resync = format!("{READY}event: resync\ndata: {{\"reason\":\"behind\"}}\n\n");
    let scripts = vec![
        Script::Say(stream(READY)),
        Script::Say(stream(&resync)),
        Script::SayAndStay(stream(&format!("{READY}{}", event(1, "c1")))),
    ];
    let server = TestServer::with(scripts).await;
    let mut events = server.client().events(None);
    let mut pauses = Vec::new();
    for expected in ["ready", "ready", "resync", "ready", "1"] {
        assert_eq!(name(&events.next().await.expect("goes on").expect("is told")), expected);
        pauses.push(events.pause(1.0));
    }
    assert_eq!(pauses, [0, 200, 200, 400, 0].map(Duration::from_millis), "the event is progress");
}

#[tokio::test]
async fn no_connection_is_opened_sooner_than_the_server_says() {
    let first = stream(&ready_with_retry(700));
    let server = TestServer::with(vec![Script::Say(first), Script::SayAndStay(stream(READY))]).await;
    let mut events = server.client().events(None);
    assert_eq!(name(&events.next().await.expect("goes on").expect("is told")), "ready");
    let lost = Instant::now();
    assert_eq!(name(&events.next().await.expect("goes on").expect("is told")), "ready");
    assert!(lost.elapsed() >= Duration::from_millis(700), "{:?}", lost.elapsed());
    assert_eq!(events.pause(0.0), Duration::from_millis(700), "the first one is as long as it says");
}

#[tokio::test]
async fn a_stream_tells_whether_it_is_connected() {
    let away = answer(503, "retry-after: 0\r\n", "");
    let server =
        TestServer::with(vec![Script::Say(stream(READY)), away, Script::SayAndStay(stream(READY))]).await;
    let mut events = server.client().events(None);
    let mut connected = events.connected();
    assert!(!*connected.borrow(), "no connection is opened before it is asked for something");
    assert_eq!(name(&events.next().await.expect("goes on").expect("is told")), "ready");
    assert!(*connected.borrow_and_update());
    let watched = async {
        connected.changed().await.expect("is told");
        let lost = !*connected.borrow_and_update();
        connected.changed().await.expect("is told");
        (lost, *connected.borrow())
    };
    let (news, seen) = tokio::join!(events.next(), watched);
    assert_eq!(name(&news.expect("goes on").expect("is told")), "ready");
    assert_eq!(seen, (true, true), "it was lost, and is open again");
}
