//! Parked events, as operators list and replay them.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ajet_chatd::actors::outbox::Outbox;
use ajet_chatd::followers::publisher;
use ajet_client::{Client, Error};
use ajet_protocol::ops::{ParkedEvent, ParkedReplay, ReplayOutcome};
use ajet_protocol::subjects::{STREAM, Subject};
use ajet_protocol::{Code, Page, StreamId};
use reqwest::Method;
use time::OffsetDateTime;
use uuid::Uuid;

use super::outbox::write_too_large_an_event;
use crate::support::{
    OPS, World, db, eventually, everything_is_published, proxy, sql, stack, start_stack, text,
};

/// What the server logs where NATS refuses an event.
const REFUSED: &str = "an event can't be published; it is parked";

async fn listed(ops: &Client) -> Vec<ParkedEvent> {
    let page: Page<ParkedEvent> = ops.get("/ops/parked").await.expect("lists");
    assert!(!page.has_more, "{page:?}");
    page.items
}

async fn replay(ops: &Client, stream: StreamId, seq: u64) -> Result<ReplayOutcome, Error> {
    let path = format!("/ops/parked/{stream}/{seq}/replay");
    let answer: Result<ParkedReplay, Error> = ops.send(Method::POST, &path, None::<&()>, false).await;
    answer.map(|replay| replay.outcome)
}

/// A world with one parked event in `general`, which has gone on since.
async fn world_with_a_parked_event() -> (World, Client, ParkedEvent) {
    let world = World::new().await;
    world.expects_errors(&[REFUSED]);
    write_too_large_an_event(&world).await;
    world.ann.post(world.general.id, &text("after")).await.expect("its stream goes on");
    everything_is_published(&world).await;
    let ops = world.nobody.with_token(OPS);
    let parked = listed(&ops).await.remove(0);
    (world, ops, parked)
}

/// The event that JetStream got last of a community.
async fn last_in_jetstream(world: &World) -> String {
    let stream = world.server.app().bus.jetstream().get_stream(STREAM).await.expect("is there");
    let subject = Subject::Events(world.community.id).to_string();
    let last = stream.get_last_raw_message_by_subject(&subject).await.expect("has one");
    String::from_utf8(last.payload.to_vec()).expect("JSON")
}

/// How far the stream of `general` is marked as published.
async fn mark(world: &World) -> i64 {
    sqlx::query_scalar("select published from outbox where stream = $1")
        .bind(world.general.id.0)
        .fetch_one(&mut db(world).await)
        .await
        .expect("reads")
}

#[tokio::test]
async fn a_parked_event_is_listed_and_published_once_nats_takes_it() {
    let (world, ops, parked) = world_with_a_parked_event().await;
    assert_eq!(parked.stream, StreamId::from(world.general.id));
    assert_eq!((parked.kind.as_deref(), parked.attempts), (Some("message.pinned"), 1));
    assert!(parked.reason.ends_with("more than NATS takes"), "{parked:?}");
    let marked = mark(&world).await;
    assert_eq!(replay(&ops, parked.stream, parked.seq).await.expect("taken"), ReplayOutcome::Queued);
    eventually("it is refused again", async || listed(&ops).await[0].attempts == 2).await;
    let again = listed(&ops).await.remove(0);
    assert_eq!(again, ParkedEvent { attempts: 2, ..parked.clone() }, "the same row");
    // As if NATS took larger messages from now on.
    sql(&world, "update events set payload = '{}' where type = 'message.pinned'").await;
    assert_eq!(replay(&ops, parked.stream, parked.seq).await.expect("taken"), ReplayOutcome::Queued);
    eventually("it is published", async || listed(&ops).await.is_empty()).await;
    let last = last_in_jetstream(&world).await;
    assert!(last.contains(&parked.event_id.to_string()), "after what came later on its stream: {last}");
    assert_eq!(mark(&world).await, marked, "a replay marks nothing");
    world.ann.post(world.general.id, &text("goes on")).await.expect("posts");
    everything_is_published(&world).await;
    assert!(last_in_jetstream(&world).await.contains("goes on"));
    world.end().await;
}

#[tokio::test]
async fn what_is_not_parked_is_not_there_and_what_is_past_retention_goes() {
    let (world, ops, parked) = world_with_a_parked_event().await;
    for (stream, seq) in
        [(parked.stream, parked.seq + 1), (Uuid::new_v4().into(), 1), (parked.stream, u64::MAX)]
    {
        let refused = replay(&ops, stream, seq).await.expect_err("is not parked");
        assert_eq!(refused.code(), Some(Code::NotFound), "{stream} {seq}");
    }
    let refused = replay(&world.ann, parked.stream, parked.seq).await.expect_err("a token of its own");
    assert_eq!(refused.code(), Some(Code::Unauthenticated));
    let yesterday = OffsetDateTime::now_utc() - time::Duration::days(1);
    assert_eq!(world.server.app().store.remove_events_before(yesterday, 100).await.expect("tidies"), 1);
    assert_eq!(listed(&ops).await, [ParkedEvent { kind: None, ..parked.clone() }]);
    let told = replay(&ops, parked.stream, parked.seq).await.expect("answers");
    assert_eq!(told, ReplayOutcome::PastRetention);
    assert!(listed(&ops).await.is_empty());
    let refused = replay(&ops, parked.stream, parked.seq).await.expect_err("it is gone");
    assert_eq!(refused.code(), Some(Code::NotFound));
    world.end().await;
}

/// The list of parked events, after one of those that are published was parked, as if NATS had refused it.
async fn refused(world: &World, ops: &Client) -> Vec<ParkedEvent> {
    everything_is_published(world).await;
    let park = "insert into parked_events (stream, seq, event_id, reason, attempts)
                select stream, seq, id, 'refused', 1 from events limit 1";
    sql(world, park).await;
    listed(ops).await
}

/// The publisher has one loop: a replay keeps it from all else for a second at most, where NATS says nothing.
#[tokio::test]
async fn a_replay_does_not_wait_long_for_nats() {
    let nats = SocketAddr::from(([127, 0, 0, 1], stack().nats.ports().next().expect("a server")));
    let (addr, rules) = proxy::start(nats).await;
    let world = World::with(|config| config.nats.url = format!("nats://{addr}")).await;
    let ops = world.nobody.with_token(OPS);
    let parked = refused(&world, &ops).await;
    let (outbox, committed) = Outbox::new();
    let app = world.server.app();
    let publishing = tokio::spawn(publisher::run(app.store.clone(), app.bus.clone(), committed));
    rules.hold_requests.store(true, Ordering::SeqCst);
    assert!(app.bus.is_ready(), "nothing tells yet that NATS is silent");
    assert!(outbox.replay(parked[0].stream, parked[0].seq));
    // The publisher ends once it has done all of it.
    drop(outbox);
    let began = Instant::now();
    publishing.await.expect("ends");
    let took = began.elapsed();
    assert!(rules.held.load(Ordering::SeqCst), "NATS was asked");
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert_eq!(listed(&ops).await, parked, "nothing has changed");
    rules.hold_requests.store(false, Ordering::SeqCst);
    rules.release.notify_waiters();
    world.end().await;
}

#[tokio::test]
async fn without_nats_a_parked_event_stays_as_it_is() {
    let mut stack = start_stack("parked").await;
    let world = World::on(&stack, |_| {}).await;
    let ops = world.nobody.with_token(OPS);
    let parked = refused(&world, &ops).await;
    stack.nats.pause().await;
    eventually("NATS is away", async || !world.server.app().bus.is_ready()).await;
    let refused = replay(&ops, parked[0].stream, parked[0].seq).await.expect_err("can't publish");
    assert_eq!(refused.code(), Some(Code::Unavailable));
    assert_eq!(listed(&ops).await, parked, "nothing has changed");
    stack.nats.resume().await.expect("starts again");
    eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
    assert_eq!(replay(&ops, parked[0].stream, parked[0].seq).await.expect("taken"), ReplayOutcome::Queued);
    eventually("it is published", async || listed(&ops).await.is_empty()).await;
    world.end().await;
    stack.stop().await;
}
