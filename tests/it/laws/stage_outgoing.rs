//! The stages of verbs about outgoing webhooks. No program listens where they lead.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::scene::{Person, Scene, tried};
use crate::support::{DEADLINE, POLL};

/// Where no one listens.
pub const NOWHERE: &str = "http://127.0.0.1:9/hook";

/// Webhooks that the community keeps; it may have few.
const KEPT: usize = 8;

async fn webhook(scene: &Scene) -> String {
    clear(scene).await;
    let told = json!({ "url": NOWHERE, "events": ["channel.created"] });
    scene.made(Method::POST, &scene.path("outgoing_webhooks"), told).await
}

/// Removes the oldest ones. Several stages are set at once, so another one may have been quicker.
async fn clear(scene: &Scene) {
    let listed = scene.owner_does(Method::GET, &scene.path("outgoing_webhooks?limit=200"), Value::Null).await;
    let listed = listed["items"].as_array().expect("a list");
    for one in &listed[..listed.len().saturating_sub(KEPT)] {
        let path = format!("/api/outgoing_webhooks/{}", one["id"].as_str().expect("an id"));
        tried(&scene.owner, Method::DELETE, &path).await;
    }
}

pub async fn create_outgoing(scene: &Scene, _: &Person) -> Call {
    clear(scene).await;
    let told = json!({ "url": NOWHERE, "events": ["message.created"], "channel_ids": [scene.general] });
    scene.here(Method::POST, "outgoing_webhooks", told).differing("events", json!(["message.edited"]))
}

pub async fn update_outgoing(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/outgoing_webhooks/{}", webhook(scene).await);
    Call::new(Method::PATCH, path, json!({ "events": ["message.created"], "enabled": false }))
}

pub async fn delete_outgoing(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, format!("/api/outgoing_webhooks/{}", webhook(scene).await))
}

/// Of a channel that somebody made. It waits for its next try.
pub async fn replay_delivery(scene: &Scene, _: &Person) -> Call {
    let webhook = webhook(scene).await;
    scene.room().await;
    let path = format!("/api/outgoing_webhooks/{webhook}/deliveries");
    let deadline = Instant::now() + DEADLINE;
    loop {
        let listed = scene.owner_does(Method::GET, &path, Value::Null).await;
        if let Some(delivery) = listed["items"][0]["id"].as_str() {
            return Call::bare(Method::POST, format!("/api/deliveries/{delivery}/replay"));
        }
        assert!(Instant::now() < deadline, "nothing is delivered");
        tokio::time::sleep(POLL).await;
    }
}
