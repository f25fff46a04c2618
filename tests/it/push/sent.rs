//! What browsers are pushed, and when they are pushed nothing.

use ajet_chatd::usecases::push::push;
use ajet_client::Client;
use ajet_protocol::{Code, MuteChannel, MuteMember, NotificationId, PageQuery};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};

use super::browser::{Browser, count, list};
use crate::support::{Heard, World, eventually, id_of, sql, text};

/// A message of ann that names bob; its id.
async fn mention(world: &World, words: &str) -> String {
    let body = format!("@<user:{}> {words}", id_of(&world.bob).await);
    world.ann.post(world.general.id, &text(&body)).await.expect("posts").id.to_string()
}

/// What somebody was told of last.
async fn newest(reader: &Client) -> NotificationId {
    eventually("they are told", async || {
        !reader.notifications(false, &PageQuery::default()).await.expect("lists").items.is_empty()
    })
    .await;
    let all = reader.notifications(false, &PageQuery::default()).await.expect("lists").items;
    all.last().expect("is told").id
}

/// What a push service is shown of its sender: the claims, once they are verified by the key that browsers subscribe for.
fn claims(heard: &Heard, public_key: &Value) -> Value {
    let shown = heard.header("authorization").strip_prefix("vapid t=").expect("RFC 8292");
    let (token, key) = shown.split_once(", k=").expect("a key");
    assert_eq!(key, public_key.as_str().expect("a key"));
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let verifies = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key));
    verifies.verify(signed.as_bytes(), &decode(signature)).expect("is signed");
    serde_json::from_slice(&decode(signed.split_once('.').expect("claims").1)).expect("JSON")
}

#[tokio::test]
async fn a_notification_is_pushed_encrypted_and_signed_and_says_no_text() {
    let world = World::new().await;
    let browser = Browser::answering(201).await;
    browser.subscribe(&world.bob).await;
    let message = mention(&world, "hush").await;
    let heard = browser.service.hears(1).await.remove(0);
    let id = newest(&world.bob).await;
    let topic = URL_SAFE_NO_PAD.encode(id.0.as_bytes());
    for (header, expected) in [
        ("content-encoding", "aes128gcm"),
        ("content-type", "application/octet-stream"),
        ("ttl", "86400"),
        ("urgency", "high"),
        ("topic", topic.as_str()),
    ] {
        assert_eq!(heard.header(header), expected, "{header}");
    }
    let claims = claims(&heard, &list(&world.bob).await["public_key"]);
    assert_eq!(
        Some(claims["aud"].as_str().expect("an origin")),
        browser.service.url.strip_suffix("/hook?of=test")
    );
    let now = world.server.app().now().unix_millis() / 1000;
    assert!(claims["exp"].as_u64().is_some_and(|ends| ends > now && ends < now + 86_400), "{claims}");
    let said = browser.open(&heard);
    let expected = json!({ "id": id, "type": "mention", "url": format!("/m/{message}"), "silent": false });
    assert_eq!(said, expected);
    world.end().await;
}

#[tokio::test]
async fn names_and_texts_are_pushed_to_who_chose_that() {
    let world = World::new().await;
    let browser = Browser::answering(201).await;
    browser.subscribe_with_text(&world.bob).await;
    mention(&world, "hush").await;
    let heard = browser.service.hears(1).await.remove(0);
    assert!(!heard.body.windows(4).any(|bytes| bytes == b"hush"), "its push service can't read it");
    let said = browser.open(&heard);
    let ann = world.ann.me().await.expect("is signed in").user.display_name;
    assert_eq!(said["title"], json!(ann));
    assert!(said["body"].as_str().is_some_and(|body| body.ends_with("hush")), "{said}");
    world.end().await;
}

#[tokio::test]
async fn a_browser_that_its_push_service_says_is_gone_is_forgotten() {
    let world = World::new().await;
    for status in [404, 410] {
        let (gone, kept) = (Browser::answering(status).await, Browser::answering(201).await);
        gone.subscribe(&world.bob).await;
        kept.subscribe(&world.bob).await;
        let before = count(&world.bob).await;
        mention(&world, "hello").await;
        gone.service.hears(1).await;
        eventually("it is forgotten", async || count(&world.bob).await == before - 1).await;
        let left = list(&world.bob).await.to_string();
        assert!(left.contains(&kept.service.url) && !left.contains(&gone.service.url), "{left}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_one_push_service_did_not_take_is_sent_to_that_one_again() {
    let world = World::new().await;
    let (away, there) = (Browser::answering(503).await, Browser::answering(201).await);
    away.subscribe(&world.bob).await;
    there.subscribe(&world.bob).await;
    mention(&world, "hello").await;
    away.service.hears(2).await;
    away.service.answers(201);
    eventually("the job is done", async || {
        sql(&world, "select from graphile_worker.jobs where task_identifier = 'notification:push'").await == 0
    })
    .await;
    assert_eq!(there.service.heard().len(), 1, "it had taken it");
    let topics: Vec<String> = away.service.heard().iter().map(|one| one.header("topic").to_owned()).collect();
    assert!(topics.iter().all(|topic| *topic == topics[0]), "a repetition replaces what it repeats");
    world.end().await;
}

/// A notification of bob, and a browser of his that was named after it, whose push service answers with this status.
async fn told_before(world: &World, status: u16) -> (Browser, NotificationId) {
    mention(world, "hush").await;
    let id = newest(&world.bob).await;
    let browser = Browser::answering(status).await;
    browser.subscribe(&world.bob).await;
    (browser, id)
}

#[tokio::test]
async fn a_push_service_that_keeps_failing_is_left_alone_until_it_works_again() {
    for status in [503, 429, 403] {
        let world = World::new().await;
        let (browser, id) = told_before(&world, status).await;
        let (context, bob) = (world.server.app().context.clone(), id_of(&world.bob).await);
        for heard in 1..=3 {
            let _ = push(&context, bob, id).await;
            assert_eq!(browser.service.heard().len(), heard, "{status}");
        }
        let left = push(&context, bob, id).await.expect_err("is tried later");
        assert_eq!((left.code, browser.service.heard().len()), (Code::Unavailable, 3), "{status}");
        let rests = "select from push_subscriptions where failed = 3
                     and rests_until between now() + interval '10 s' and now() + interval '15 s'";
        assert_eq!(sql(&world, rests).await, 1, "{status}");
        let ends = "update push_subscriptions set failed = 20, rests_until = now()";
        sql(&world, ends).await;
        let _ = push(&context, bob, id).await;
        let rests = "select from push_subscriptions where rests_until between now() + interval '59 min' and now() + interval '1 h'";
        assert_eq!(sql(&world, rests).await, 1, "{status}: an hour at most");
        sql(&world, ends).await;
        browser.service.answers(201);
        push(&context, bob, id).await.expect("is taken");
        let works = "select from push_subscriptions where failed = 0 and rests_until is null";
        assert_eq!((sql(&world, works).await, browser.service.heard().len()), (1, 5), "{status}");
        world.end().await;
    }
}

#[tokio::test]
async fn a_push_service_is_left_alone_as_long_as_it_asks_or_until_its_browser_is_named_anew() {
    let world = World::new().await;
    let (browser, id) = told_before(&world, 201).await;
    let (context, bob) = (world.server.app().context.clone(), id_of(&world.bob).await);
    browser.service.answers_and_asks_to_wait(503, 600);
    for _ in 0..2 {
        let left = push(&context, bob, id).await.expect_err("is tried later");
        assert_eq!((left.code, browser.service.heard().len()), (Code::Unavailable, 1));
    }
    let rests = "select from push_subscriptions where rests_until between now() + interval '9 min' and now() + interval '10 min'";
    assert_eq!(sql(&world, rests).await, 1);
    browser.subscribe(&world.bob).await;
    browser.service.answers(201);
    push(&context, bob, id).await.expect("is taken");
    assert_eq!(browser.service.heard().len(), 2);
    world.end().await;
}

#[tokio::test]
async fn the_browsers_of_a_deactivated_account_are_pushed_nothing() {
    let world = World::new().await;
    let (browser, id) = told_before(&world, 201).await;
    let (context, bob) = (world.server.app().context.clone(), id_of(&world.bob).await);
    sql(&world, "update users set deactivated_at = now() where username = 'bob'").await;
    push(&context, bob, id).await.expect("is nothing to do");
    assert!(browser.service.heard().is_empty(), "its sessions are there still");
    sql(&world, "update users set deactivated_at = null where username = 'bob'").await;
    push(&context, bob, id).await.expect("is taken");
    assert_eq!(browser.service.heard().len(), 1);
    world.end().await;
}

#[tokio::test]
async fn what_was_muted_or_blocked_meanwhile_is_not_pushed_but_news_of_the_system_are() {
    let world = World::new().await;
    let (browser, id) = told_before(&world, 201).await;
    let (context, bob) = (world.server.app().context.clone(), id_of(&world.bob).await);
    let muted = |muted| MuteChannel { muted };
    world.bob.mute_channel(world.general.id, &muted(true)).await.expect("mutes");
    push(&context, bob, id).await.expect("is nothing to do");
    assert!(browser.service.heard().is_empty(), "he has muted the channel");
    world.bob.mute_channel(world.general.id, &muted(false)).await.expect("has it sound again");
    let ann = id_of(&world.ann).await;
    world.bob.block(ann).await.expect("blocks");
    push(&context, bob, id).await.expect("is nothing to do");
    assert!(browser.service.heard().is_empty(), "he has blocked its author");
    world.ann.mute(world.community.id, bob, &MuteMember::default()).await.expect("mutes");
    browser.service.hears(1).await;
    world.bob.unblock(ann).await.expect("unblocks");
    push(&context, bob, id).await.expect("is taken");
    assert_eq!(browser.service.heard().len(), 2);
    world.end().await;
}

#[tokio::test]
async fn what_is_older_than_a_quarter_of_an_hour_is_not_pushed() {
    let world = World::new().await;
    let (browser, id) = told_before(&world, 201).await;
    let (context, bob) = (world.server.app().context.clone(), id_of(&world.bob).await);
    sql(&world, "update notifications set created_at = created_at - interval '16 min'").await;
    push(&context, bob, id).await.expect("is nothing to do");
    assert!(browser.service.heard().is_empty(), "he finds it where it stands");
    sql(&world, "update notifications set created_at = created_at + interval '16 min'").await;
    push(&context, bob, id).await.expect("is taken");
    assert_eq!(browser.service.heard().len(), 1);
    world.end().await;
}

/// I6: also of what was to be pushed before.
#[tokio::test]
async fn what_was_read_or_is_not_to_be_seen_any_more_is_not_pushed() {
    let world = World::new().await;
    mention(&world, "hush").await;
    let (id, bob) = (newest(&world.bob).await, id_of(&world.bob).await);
    let browser = Browser::answering(201).await;
    browser.subscribe_with_text(&world.bob).await;
    let context = world.server.app().context.clone();
    world.bob.leave(world.general.id).await.expect("leaves");
    push(&context, bob, id).await.expect("is nothing to do");
    assert!(browser.service.heard().is_empty(), "he has left the channel");
    world.bob.join(world.general.id).await.expect("joins");
    mention(&world, "again").await;
    browser.service.hears(1).await;
    let id = newest(&world.bob).await;
    sql(&world, "update notifications set read_at = now()").await;
    push(&context, bob, id).await.expect("is nothing to do");
    assert_eq!(browser.service.heard().len(), 1, "he has read it");
    world.end().await;
}
