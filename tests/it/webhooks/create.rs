//! Making webhooks.

use ajet_protocol::{Code, Webhook};
use reqwest::Method;
use serde_json::json;

use crate::support::requests::{ann, http, status};
use crate::support::{World, code};

#[tokio::test]
async fn a_webhook_is_made_once_per_key() {
    let world = World::new().await;
    let path = format!("/api/channels/{}/webhooks", world.general.id);
    let make = |name: &str| serde_json::json!({"name": name, "client_mutation_id": "hook-1"});
    let first: ajet_protocol::Webhook =
        world.ann.send(reqwest::Method::POST, &path, Some(&make("CI")), true).await.expect("creates");
    let again: ajet_protocol::Webhook =
        world.ann.send(reqwest::Method::POST, &path, Some(&make("CI")), true).await.expect("replays");
    assert!(first.url.is_some());
    assert_eq!((again.id, again.url), (first.id, None), "the secret is shown once");
    let other =
        world.ann.send::<ajet_protocol::Webhook>(reqwest::Method::POST, &path, Some(&make("CD")), true).await;
    assert_eq!(code(other), Code::Conflict);
    let listed: ajet_protocol::Page<ajet_protocol::Webhook> = world.ann.get(&path).await.expect("lists");
    assert_eq!(listed.items.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn addresses_are_read_as_browsers_read_them() {
    let world = World::new().await;
    let path = format!("/api/channels/{}/webhooks", world.general.id);
    for (address, expected) in [
        ("HTTPS://i.example/a.png", 201),
        ("https://\"onerror=x", 422),
        ("http://@/", 422),
        ("http://ann:secret@i.example/", 422),
        ("javascript:alert(1)", 422),
    ] {
        let body = json!({"name": "CI", "avatar_url": address});
        assert_eq!(status(ann(&world, Method::POST, &path).json(&body)).await, expected, "{address}");
    }
    let made: Webhook = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    let sent = http().post(made.url.expect("shown once"));
    assert_eq!(status(sent.json(&json!({"text": "x", "icon_url": "HTTPS://i.example/a.png"}))).await, 200);
    world.end().await;
}
