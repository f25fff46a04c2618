//! `Events`: streams that stay.

use std::sync::atomic::Ordering;

use ajet_client::{Events, News};
use ajet_protocol::{Code, Event};

use crate::support::{DEADLINE, World, eventually, proxy, text};

async fn next(events: &mut Events) -> Result<News, ajet_client::Error> {
    tokio::time::timeout(DEADLINE, events.next()).await.expect("in time").expect("goes on")
}

/// The texts of messages up to this one.
async fn texts_until(events: &mut Events, last: &str) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        if let News::Event(envelope) = next(events).await.expect("is told")
            && let Ok(Some(Event::MessageCreated(created))) = envelope.event()
        {
            seen.push(created.message.body_md);
            if seen.last().is_some_and(|text| text == last) {
                return seen;
            }
        }
    }
}

/// Connections are cut with a frame that comes: what is told is whole and in order all the same.
#[tokio::test]
async fn a_stream_that_is_cut_misses_nothing_and_repeats_nothing() {
    let world = World::new().await;
    let (addr, rules) = proxy::start(world.server.addr()).await;
    let mut events = world.bob.at(&format!("http://{addr}")).events(None);
    assert!(matches!(next(&mut events).await, Ok(News::Ready(_))));
    let say = async |body: &str| drop(world.ann.post(world.general.id, &text(body)).await.expect("posts"));
    for n in 0..3 {
        let said = ["heard", "cut", "missed", "last"].map(|word| format!("{word} {n}"));
        say(&said[0]).await;
        let mut seen = texts_until(&mut events, &said[0]).await;
        rules.cut_answers.store(true, Ordering::SeqCst);
        say(&said[1]).await;
        eventually("it is cut", async || rules.cut.load(Ordering::SeqCst) > n).await;
        rules.cut_answers.store(false, Ordering::SeqCst);
        say(&said[2]).await;
        let (told, ()) = tokio::join!(texts_until(&mut events, &said[3]), say(&said[3]));
        seen.extend(told);
        assert_eq!(seen, said);
    }
    world.end().await;
}

#[tokio::test]
async fn a_stream_goes_on_in_another_process() {
    let world = World::new().await;
    let mut events = world.bob.events(None);
    assert!(matches!(next(&mut events).await, Ok(News::Ready(_))));
    world.ann.post(world.general.id, &text("one")).await.expect("posts");
    texts_until(&mut events, "one").await;
    let cursor = events.cursor().expect("a cursor").to_owned();
    drop(events);
    world.ann.post(world.general.id, &text("two")).await.expect("posts");
    let mut events = world.bob.events(Some(&cursor));
    assert_eq!(texts_until(&mut events, "two").await, ["two"]);
    world.end().await;
}

#[tokio::test]
async fn a_cursor_that_is_none_is_told_of() {
    let world = World::new().await;
    let mut events = world.bob.events(Some("no-cursor"));
    loop {
        if let News::Resync(_) = next(&mut events).await.expect("is told") {
            break;
        }
    }
    world.ann.post(world.general.id, &text("on")).await.expect("posts");
    assert_eq!(texts_until(&mut events, "on").await, ["on"]);
    world.end().await;
}

#[tokio::test]
async fn a_stream_whose_session_has_ended_is_over() {
    let world = World::new().await;
    let mut events = world.bob.events(None);
    assert!(matches!(next(&mut events).await, Ok(News::Ready(_))));
    world.bob.sign_out().await.expect("signs out");
    let error = loop {
        match next(&mut events).await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), Some(Code::Unauthenticated));
    assert!(events.next().await.is_none());
    world.end().await;
}
