//! Webhooks, and what other programs send them.

use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use super::super::walk::Walk;
use super::People;
use crate::support::NONE;

/// Webhooks come, post and go.
pub async fn webhooks(walk: &mut Walk, people: &People) {
    let People { ann, bob, general, .. } = people;
    let request =
        json!({ "name": "CI", "avatar_url": "https://ci.example/a.png", "client_mutation_id": "w1" });
    let webhook = walk.go("webhooks.create 201", &[general], ann, request.clone()).await;
    walk.go("webhooks.create 200", &[general], ann, request).await;
    walk.go("webhooks.create 409", &[general], ann, json!({ "name": "CD", "client_mutation_id": "w1" }))
        .await;
    walk.go("webhooks.create 403", &[general], bob, json!({ "name": "CI" })).await;
    walk.go("webhooks.create 404", &[NONE], ann, json!({ "name": "CI" })).await;
    walk.go("webhooks.create 422", &[general], ann, json!({ "name": "", "avatar_url": "ftp://x" })).await;
    walk.go("webhooks.list 200", &[general], ann, Value::Null).await;
    walk.go("webhooks.list 403", &[general], bob, Value::Null).await;
    walk.go("webhooks.list 404", &[NONE], ann, Value::Null).await;
    let (id, url) = (webhook["id"].as_str().expect("an id"), webhook["url"].as_str().expect("an address"));
    let token = url.rsplit('/').next().expect("a secret");
    receive(walk, id, token).await;
    walk.go("webhooks.delete 403", &[id], bob, Value::Null).await;
    walk.go("webhooks.delete 204", &[id], ann, Value::Null).await;
    walk.go("webhooks.delete 404", &[NONE], ann, Value::Null).await;
    walk.go("webhooks.receive 404", &[id, token], "", json!({ "text": "late" })).await;
}

/// Other programs post, each in its own words.
async fn receive(walk: &mut Walk, id: &str, token: &str) {
    let ok = walk
        .go("webhooks.receive 200", &[id, token], "", json!({ "text": "*hi*", "username": "Jenkins" }))
        .await;
    assert_eq!(ok, "ok");
    walk.go("webhooks.receive 204", &[id, token], "", json!({ "content": "**hi**" })).await;
    for yes in ["?wait=true", "?wait=1"] {
        let message =
            walk.go("webhooks.receive 200", &[id, token, yes], "", json!({ "content": "hi" })).await;
        assert_eq!(message["author"]["bot"], true);
    }
    let form = walk.request("webhooks.receive", &[id, token], "").form(&[("payload", r#"{"text":"form"}"#)]);
    assert_eq!(walk.answer("webhooks.receive 200", form).await, "ok");
    walk.go("webhooks.receive 400", &[id, token], "", json!({})).await;
    walk.go("webhooks.receive_slack 200", &[id, token], "", json!({ "text": "x" })).await;
    walk.go("webhooks.receive_slack 400", &[id, token], "", json!({})).await;
    let zen = json!({ "zen": "Keep it logically awesome." });
    walk.go("webhooks.receive_github 200", &[id, token], "", zen.clone()).await;
    let forged =
        walk.request("webhooks.receive_github", &[id, token], "").header("x-hub-signature-256", "sha256=00");
    walk.answer("webhooks.receive_github 403", forged.json(&zen)).await;
    walk.go("webhooks.receive 404", &[id, "wrong"], "", json!({ "text": "x" })).await;
    for (status, key, said) in
        [(200, "h1", "once"), (200, "h1", "once"), (409, "h1", "other"), (422, "schlüssel", "x")]
    {
        let key = HeaderValue::from_bytes(key.as_bytes()).expect("a header");
        let keyed = walk.request("webhooks.receive", &[id, token], "").header("idempotency-key", key);
        walk.answer(&format!("webhooks.receive {status}"), keyed.json(&json!({ "text": said }))).await;
    }
}
