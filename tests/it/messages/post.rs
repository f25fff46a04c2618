//! Posting: who may, once per key, in one order.

use std::collections::HashSet;

use ajet_protocol::{Code, Message, PageQuery, Visibility};
use futures::future::join_all;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use crate::support::{World, assert_one_order, code, history, keyed, text};

/// AC-T6, AC-T7.
#[tokio::test]
async fn two_people_chat() {
    let world = World::new().await;
    assert_eq!(world.ann.channels(world.community.id).await.expect("lists").items.len(), 1);
    let posted = world.ann.post(world.general.id, &text("hello **bob**")).await.expect("posts");
    assert_eq!(posted.body_html, "<p>hello <strong>bob</strong></p>");
    let page = world.bob.messages(world.general.id, &PageQuery::default()).await.expect("reads");
    assert_eq!(page.items, [posted]);
    let unread = world.bob.channels(world.community.id).await.expect("lists").items.remove(0).unread;
    assert_eq!(unread.count, 1);
    world.end().await;
}

/// I2.
#[tokio::test]
async fn one_key_makes_one_message_however_often() {
    let world = World::new().await;
    let same = keyed("once", "key-1");
    let asks = (0..30).map(|_| world.ann.post(world.general.id, &same));
    let answers: Vec<_> = join_all(asks).await.into_iter().map(|answer| answer.expect("posts")).collect();
    let ids: HashSet<_> = answers.iter().map(|message| message.id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(code(world.ann.post(world.general.id, &keyed("other", "key-1")).await), Code::Conflict);
    world.bob.post(world.general.id, &keyed("bob's own", "key-1")).await.expect("keys are the author's");
    let other = world.channel("other", Visibility::Public).await;
    assert_eq!(code(world.ann.post(other.id, &same).await), Code::Conflict);
    assert_eq!(world.history().await.len(), 2);
    world.end().await;
}

/// I2.
#[tokio::test]
async fn a_key_survives_a_restart() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &keyed("once", "key-1")).await.expect("posts");
    let before = world.ann.me().await.expect("signed in").user.id;
    let world = world.restarted(|_| {}).await;
    let (ann, me) = world.nobody.sign_in("ann").await.expect("signs in");
    assert_eq!(me.id, before);
    let again = ann.post(world.general.id, &keyed("once", "key-1")).await.expect("replays");
    assert_eq!(again.id, posted.id);
    assert_eq!(history(&ann, &world.general).await.len(), 1);
    world.end().await;
}

/// I2.
#[tokio::test]
async fn a_key_used_in_two_channels_at_once_makes_one_message() {
    let world = World::new().await;
    let mut channels = vec![world.general.id];
    for n in 0..4 {
        channels.push(world.channel(&format!("c{n}"), Visibility::Public).await.id);
    }
    for round in 0..10 {
        let request = keyed("same", &format!("race-{round}"));
        let neighbours = channels.iter().map(|id| world.ann.post(*id, &request));
        let answers = join_all(neighbours).await;
        let made = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(made, 1, "{answers:?}");
        for refused in answers.into_iter().filter(Result::is_err) {
            assert_eq!(code(refused), Code::Conflict);
        }
    }
    world.end().await;
}

/// I3.
#[tokio::test]
async fn many_writers_make_one_order() {
    let world = World::new().await;
    let posts = (0..200).map(|n| {
        let client = if n % 2 == 0 { &world.ann } else { &world.bob };
        async move { client.post(world.general.id, &text(&format!("m{n}"))).await.expect("posts") }
    });
    let acknowledged = join_all(posts).await;
    let stored = world.history().await;
    assert_eq!(stored.len(), 200);
    assert_one_order(&stored);
    let seqs: Vec<_> = stored.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=200).collect::<Vec<_>>(), "no hole in a channel without other events");
    for message in acknowledged {
        assert!(
            stored.contains(&message),
            "I1: an acknowledged message is in the history as it was answered"
        );
    }
    world.end().await;
}

#[tokio::test]
async fn writing_needs_membership_of_the_channel() {
    let world = World::new().await;
    let random = world.channel("random", Visibility::Public).await;
    assert_eq!(code(world.bob.post(random.id, &text("x")).await), Code::Forbidden);
    world.bob.join(random.id).await.expect("joins");
    world.bob.post(random.id, &text("x")).await.expect("posts");
    world.bob.leave(random.id).await.expect("leaves");
    assert_eq!(code(world.bob.post(random.id, &text("x")).await), Code::Forbidden);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.post(random.id, &text("x")).await), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn what_the_store_cannot_take_fails_alone() {
    let world = World::new().await;
    let url =
        world.ann.create_webhook(world.general.id, "CI").await.expect("creates").url.expect("shown once");
    let http = reqwest::Client::new();
    for body in [r#"{"text":"a\u0000b"}"#, r#"{"text":"x","username":"a\u0000b"}"#] {
        let answer = http
            .post(&url)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .expect("answers");
        assert_eq!(answer.status().as_u16(), 200, "a webhook's alert is posted without it: {body}");
    }
    assert_eq!(code(world.ann.post(world.general.id, &text("a\0b")).await), Code::Invalid);
    assert_eq!(code(world.ann.post(world.general.id, &keyed("x", "a\0b")).await), Code::Invalid);
    world.ann.post(world.general.id, &text("fine")).await.expect("posts");
    world.end().await;
}

#[tokio::test]
async fn null_counts_as_absent_in_an_optional_list() {
    let world = World::new().await;
    let path = format!("/api/channels/{}/messages", world.general.id);
    let request =
        json!({ "body_md": "x", "parent_id": null, "attachment_ids": null, "client_mutation_id": null });
    let message: Message = world.ann.send(Method::POST, &path, Some(&request), false).await.expect("posts");
    assert_eq!(message.body_md, "x");
    world.end().await;
}
