//! Which browsers are pushed to: named by their person, at most 20, and as long as their session lasts.

use ajet_protocol::Code;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::{Browser, PUSH, add, count, list};
use crate::support::requests::{http, problem, status};
use crate::support::{World, code, sql};

#[tokio::test]
async fn a_browser_is_listed_once_to_its_person_alone() {
    let world = World::new().await;
    let browser = Browser::answering(201).await;
    let made = browser.subscribe_with_text(&world.bob).await;
    assert_eq!((&made["with_text"], &made["current"]), (&json!(true), &json!(true)));
    let again = browser.subscribe(&world.bob).await;
    assert_eq!(again, made, "what is not said stays as it is");
    let (again, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let listed = list(&again).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["current"]), (&made["id"], &json!(false)));
    assert_eq!(listed["public_key"], list(&world.ann).await["public_key"], "one key");
    assert_eq!(count(&world.ann).await, 0);
    world.end().await;
}

/// By the header and by the field of the body; what was named under the key is not named again, nor anything else.
#[tokio::test]
async fn a_browser_is_named_once_under_a_key() {
    let world = World::new().await;
    let browser = Browser::answering(201).await;
    let token = world.bob.token().expect("is signed in").to_owned();
    let named = async |body: &Value, key: Option<&str>| {
        let asked = http().post(format!("{}{PUSH}", world.base())).bearer_auth(&token).json(body);
        problem(key.into_iter().fold(asked, |asked, key| asked.header("idempotency-key", key))).await
    };
    let asked = browser.subscription();
    let (answered, made) = named(&asked, Some("one")).await;
    assert_eq!(answered, 201);
    let mut elsewhere = asked.clone();
    elsewhere["endpoint"] = json!(format!("{}&n=2", browser.service.url));
    assert_eq!(named(&elsewhere, Some("one")).await.1["code"], json!("conflict"));
    assert_eq!(count(&world.bob).await, 1, "nothing else was named");
    let mut with_text = asked.clone();
    with_text["with_text"] = json!(true);
    assert_eq!(named(&with_text, None).await.0, 200, "without a key it is named anew");
    let mut now = made;
    now["with_text"] = json!(true);
    assert_eq!(named(&asked, Some("one")).await, (200, now.clone()), "as it is now");
    let mut in_body = asked.clone();
    in_body["client_mutation_id"] = json!("one");
    assert_eq!(named(&in_body, None).await, (200, now), "the key of the body is the same");
    let removed = http().delete(format!("{}{PUSH}", world.base())).bearer_auth(&token).json(&asked);
    assert_eq!(status(removed).await, 204);
    assert_eq!(named(&asked, Some("one")).await.0, 404, "what is gone is not named again");
    assert_eq!(count(&world.bob).await, 0);
    assert_eq!(named(&asked, Some("two")).await.0, 201, "under another key it is");
    world.end().await;
}

/// One person after the other uses a browser: what the first one is told of is none of the second one's.
#[tokio::test]
async fn a_browser_is_that_of_the_last_person_who_named_it() {
    let world = World::new().await;
    let browser = Browser::answering(201).await;
    browser.subscribe_with_text(&world.bob).await;
    let made = browser.subscribe(&world.ann).await;
    assert_eq!(made["with_text"], json!(false), "what the other one chose is not theirs");
    assert_eq!((count(&world.bob).await, count(&world.ann).await), (0, 1));
    world.end().await;
}

#[tokio::test]
async fn a_browser_goes_with_its_session_or_by_itself() {
    let world = World::new().await;
    let (lost, kept) = (Browser::answering(201).await, Browser::answering(201).await);
    let (other, _) = world.nobody.sign_in("bob").await.expect("signs in");
    lost.subscribe(&other).await;
    kept.subscribe(&world.bob).await;
    other.sign_out().await.expect("signs out");
    assert_eq!(list(&world.bob).await["items"][0]["endpoint"], json!(kept.service.url));
    assert_eq!(sql(&world, "select from push_subscriptions").await, 1, "its row too");
    sql(
        &world,
        "update sessions s set expires_at = now() from push_subscriptions p where p.session_id = s.id",
    )
    .await;
    let (again, _) = world.nobody.sign_in("bob").await.expect("signs in");
    assert_eq!(count(&again).await, 0, "nor what is past its time");
    kept.subscribe(&again).await;
    let request = |by: &ajet_client::Client| {
        let http = reqwest::Client::new().request(Method::DELETE, format!("{}{PUSH}", world.base()));
        http.bearer_auth(by.token().expect("is signed in")).json(&kept.subscription())
    };
    assert_eq!(status(request(&world.ann)).await, 204);
    assert_eq!(count(&again).await, 1, "another person takes none of his");
    for _ in 0..2 {
        assert_eq!(status(request(&again)).await, 204);
        assert_eq!(count(&again).await, 0);
    }
    world.end().await;
}

#[tokio::test]
async fn of_many_browsers_the_oldest_go() {
    let world = World::new().await;
    let browser = Browser::answering(201).await;
    for n in 0..21 {
        let mut asked = browser.subscription();
        asked["endpoint"] = json!(format!("{}&n={n}", browser.service.url));
        add(&world.bob, &asked).await.expect("subscribes");
    }
    let listed = list(&world.bob).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(20));
    assert_eq!(listed["items"][0]["endpoint"], json!(format!("{}&n=1", browser.service.url)));
    world.end().await;
}

#[tokio::test]
async fn what_can_be_no_subscription_is_refused() {
    let world = World::new().await;
    let good = Browser::answering(201).await.subscription();
    let with = |field: &str, value: Value| {
        let mut asked = good.clone();
        *asked.pointer_mut(field).expect("a field") = value;
        asked
    };
    for asked in [
        with("/endpoint", json!("http://push.example/one")),
        with("/endpoint", json!("ftp://push.example/one")),
        with("/endpoint", json!("https://bob:secret@push.example/one")),
        with("/keys/auth", json!("AAAA")),
        with("/keys/auth", json!("!")),
        with("/keys/p256dh", json!("BAAA")),
        // No point of the curve.
        with("/keys/p256dh", json!(format!("BA{}", "A".repeat(85)))),
    ] {
        assert_eq!(code(add(&world.bob, &asked).await), Code::Invalid, "{asked}");
    }
    assert_eq!(count(&world.bob).await, 0);
    assert_eq!(code(add(&world.nobody, &good).await), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn a_push_service_in_a_private_network_is_refused() {
    let world = World::with(|config| config.outgoing.allow_private = false).await;
    let browser = Browser::answering(201).await;
    assert_eq!(code(add(&world.bob, &browser.subscription()).await), Code::Invalid);
    world.end().await;
}
