//! The part of the walk that is about outgoing webhooks.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::{NONE, eventually};

/// Ann owns the community, bob is in it, and dave is not.
pub async fn outgoing_webhooks(
    walk: &mut Walk,
    [ann, bob, dave]: [&str; 3],
    [community, general]: [&str; 2],
) {
    let events = ["message.created", "member.joined"];
    let request = json!({
        "url": "http://127.0.0.1:9/hook", "events": events, "channel_ids": null, "client_mutation_id": "o1"
    });
    let made = walk.go("outgoing_webhooks.create 201", &[community], ann, request.clone()).await;
    assert!(made["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
    let again = walk.go("outgoing_webhooks.create 200", &[community], ann, request).await;
    assert_eq!((&again["id"], &again["secret"]), (&made["id"], &Value::Null), "the secret is shown once");
    let other = json!({ "url": "http://127.0.0.1:9/", "events": events, "client_mutation_id": "o1" });
    walk.go("outgoing_webhooks.create 409", &[community], ann, other.clone()).await;
    walk.go("outgoing_webhooks.create 401", &[community], "", other.clone()).await;
    walk.go("outgoing_webhooks.create 403", &[community], bob, other.clone()).await;
    walk.go("outgoing_webhooks.create 404", &[community], dave, other.clone()).await;
    walk.go("outgoing_webhooks.create 404", &[NONE], ann, other).await;
    for wrong in [
        json!({ "url": "ftp://x", "events": [] }),
        json!({ "url": "https://ci.example/", "events": ["notification.new"] }),
        json!({ "url": "https://ci.example/", "events": ["message.painted"] }),
        json!({ "url": "https://ci.example/", "events": events, "channel_ids": [NONE] }),
        json!({ "url": "https://ci.example/", "events": events, "name": "CI" }),
    ] {
        walk.go("outgoing_webhooks.create 422", &[community], ann, wrong).await;
    }
    let id = made["id"].as_str().expect("an id");
    walk.go("outgoing_webhooks.list 200", &[community], ann, Value::Null).await;
    walk.go("outgoing_webhooks.list 403", &[community], bob, Value::Null).await;
    walk.go("outgoing_webhooks.list 404", &[community], dave, Value::Null).await;
    walk.go("outgoing_webhooks.list 422", &[community, "?limit=0"], ann, Value::Null).await;
    let narrower = json!({ "channel_ids": [general], "enabled": true });
    let changed = walk.go("outgoing_webhooks.update 200", &[id], ann, narrower.clone()).await;
    assert_eq!((&changed["channel_ids"], &changed["secret"]), (&json!([general]), &Value::Null));
    walk.go("outgoing_webhooks.update 403", &[id], bob, narrower.clone()).await;
    walk.go("outgoing_webhooks.update 404", &[id], dave, narrower.clone()).await;
    walk.go("outgoing_webhooks.update 404", &[NONE], ann, narrower).await;
    walk.go("outgoing_webhooks.update 422", &[id], ann, json!({ "channel_ids": [] })).await;
    delivered(walk, [ann, bob, dave], [id, general]).await;
    walk.go("outgoing_webhooks.delete 403", &[id], bob, Value::Null).await;
    walk.go("outgoing_webhooks.delete 204", &[id], ann, Value::Null).await;
    walk.go("outgoing_webhooks.delete 404", &[NONE], ann, Value::Null).await;
}

/// What is delivered where no program listens.
async fn delivered(walk: &mut Walk, [ann, bob, dave]: [&str; 3], [id, general]: [&str; 2]) {
    walk.go("messages.post 201", &[general], ann, json!({ "body_md": "to be delivered" })).await;
    let listed = async || {
        let request = walk.request("deliveries.list", &[id, "?status=pending"], ann);
        let answer = request.send().await.expect("answers");
        answer.json::<Value>().await.expect("JSON")["items"][0]["id"].as_str().map(str::to_owned)
    };
    eventually("there is a delivery", async || listed().await.is_some()).await;
    let delivery = listed().await.expect("is there");
    walk.go("deliveries.list 200", &[id], ann, Value::Null).await;
    walk.go("deliveries.list 200", &[id, "?status=dead"], ann, Value::Null).await;
    walk.go("deliveries.list 403", &[id], bob, Value::Null).await;
    walk.go("deliveries.list 404", &[id], dave, Value::Null).await;
    walk.go("deliveries.list 422", &[id, "?status=lost"], ann, Value::Null).await;
    let delivery = delivery.as_str();
    walk.go("deliveries.replay 204", &[delivery], ann, Value::Null).await;
    walk.go("deliveries.replay 403", &[delivery], bob, Value::Null).await;
    walk.go("deliveries.replay 404", &[delivery], dave, Value::Null).await;
    walk.go("deliveries.replay 404", &[NONE], ann, Value::Null).await;
    walk.go("outgoing_webhooks.update 200", &[id], ann, json!({ "enabled": false })).await;
    walk.go("deliveries.replay 409", &[delivery], ann, Value::Null).await;
}
