//! `POST /api/channels/{id}/messages` with a poll: what is shown of it, and what is refused.

use ajet_protocol::{Event, PageQuery, PostMessage, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{asked, poll, votes};
use crate::support::requests::{ann, fields, problem};
use crate::support::{World, keyed, next, text};

#[tokio::test]
async fn a_poll_is_shown_with_its_message_and_no_votes_in_its_event() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = asked(&world.ann, world.general.id, true).await;
    let shown = posted.poll.clone().expect("a poll");
    assert_eq!(
        (shown.question.as_str(), shown.multiple, shown.closes_at, shown.closed),
        ("Which?", true, None, false)
    );
    assert_eq!(
        shown.options.iter().map(|option| option.text.as_str()).collect::<Vec<_>>(),
        ["red", "green", "blue"]
    );
    assert_eq!(votes(&shown), (vec![0; 3], vec![false; 3]));
    assert_eq!(posted.body_md, "");
    let page = world.bob.messages(world.general.id, &PageQuery::default()).await.expect("reads");
    assert_eq!(page.items.last().expect("a message").poll, Some(shown));
    let payload = loop {
        let frame = next(&mut live).await;
        if frame.name == "message.created" {
            break frame.envelope().expect("an envelope").payload;
        }
    };
    let payload: Value = serde_json::from_str(payload.get()).expect("JSON");
    assert_eq!(
        payload["message"]["poll"]["options"],
        json!([{ "text": "red" }, { "text": "green" }, { "text": "blue" }])
    );
    world.end().await;
}

/// The same request under its key is the same poll; another question under it is refused.
#[tokio::test]
async fn a_repeated_post_asks_once() {
    let world = World::new().await;
    let request = PostMessage { poll: poll(false, None).poll, ..keyed("vote", "k1") };
    let first = world.ann.post(world.general.id, &request).await.expect("asks");
    world.bob.vote(first.id, &[1]).await.expect("votes");
    let again = world.ann.post(world.general.id, &request).await.expect("the same");
    assert_eq!((again.id, votes(&again.poll.expect("a poll")).0), (first.id, vec![0, 1, 0]));
    let other = PostMessage { poll: poll(true, None).poll, ..request };
    assert!(world.ann.post(world.general.id, &other).await.is_err());
    world.end().await;
}

#[tokio::test]
async fn what_is_no_poll_is_refused_by_field() {
    let world = World::new().await;
    let path = format!("/api/channels/{}/messages", world.general.id);
    let past = Timestamp::from_unix_millis(1_000);
    for (poll, expected) in [
        (json!({ "question": "", "options": ["a", "b"] }), ("poll.question", "too_short")),
        (json!({ "question": "q", "options": ["a"] }), ("poll.options", "too_few")),
        (json!({ "question": "q", "options": ["a", ""] }), ("poll.options", "too_short")),
        (json!({ "question": "q", "options": ["a", "x".repeat(101)] }), ("poll.options", "too_long")),
        (json!({ "question": "q", "options": vec!["a"; 11] }), ("poll.options", "too_many")),
        (
            json!({ "question": "q", "options": ["a", "b"], "closes_at": past }),
            ("poll.closes_at", "out_of_range"),
        ),
    ] {
        let (status, told) = problem(ann(&world, Method::POST, &path).json(&json!({ "poll": poll }))).await;
        assert_eq!((status, fields(&told)), (422, vec![expected]), "{poll}");
    }
    assert_eq!(world.history().await.len(), 0);
    world.end().await;
}

/// I19: what it asked is gone with the message, and from events that come later.
#[tokio::test]
async fn a_deleted_message_has_no_poll() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    drop(live);
    let posted = asked(&world.ann, world.general.id, false).await;
    world.bob.vote(posted.id, &[0]).await.expect("votes");
    world.ann.delete(posted.id).await.expect("deletes");
    assert_eq!(world.bob.message(posted.id).await.expect("keeps its place").poll, None);
    world.ann.post(world.general.id, &text("end")).await.expect("posts");
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    loop {
        let frame = next(&mut live).await;
        assert!(!frame.data.contains("Which?"), "{}", frame.data);
        match frame.envelope().and_then(|envelope| envelope.event().expect("its payload")) {
            Some(Event::PollUpdated(told)) => assert_eq!(told.poll, None),
            Some(Event::MessageCreated(said)) if said.message.body_md == "end" => break,
            _ => {}
        }
    }
    world.end().await;
}
