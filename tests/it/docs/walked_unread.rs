//! Marking as unread, and webhooks that are there, in the walk through every operation.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann owns the community, bob is a member, and dave is in none.
pub async fn unread(walk: &mut Walk, [ann, bob, dave]: [&str; 3], [community, general]: [&str; 2]) {
    let said = walk.go("messages.post 201", &[general], ann, json!({ "body_md": "read me twice" })).await;
    let said = json!({ "message_id": said["id"] });
    walk.go("channels.mark_read 204", &[general], bob, said.clone()).await;
    walk.go("channels.mark_unread 204", &[general], bob, said.clone()).await;
    walk.go("channels.mark_unread 404", &[general], dave, said.clone()).await;
    walk.go("channels.mark_unread 422", &[general], bob, json!({ "message_id": NONE })).await;
    walk.go("channels.mark_unread 401", &[general], "", said.clone()).await;
    let made = walk.go("channels.create 201", &[community], ann, json!({ "name": "not read by bob" })).await;
    let room = made["id"].as_str().expect("an id");
    walk.go("channels.mark_unread 403", &[room], bob, said).await;
    webhooks(walk, [ann, bob, dave], community, general).await;
}

async fn webhooks(walk: &mut Walk, [ann, bob, dave]: [&str; 3], community: &str, general: &str) {
    let made = walk.go("webhooks.create 201", &[general], ann, json!({ "name": "CI" })).await;
    let webhook = made["id"].as_str().expect("an id");
    let list = walk.go("webhooks.list_of_community 200", &[community], ann, Value::Null).await;
    assert!(list["items"].as_array().is_some_and(|items| !items.is_empty()));
    walk.go("webhooks.list_of_community 200", &[community], bob, Value::Null).await;
    walk.go("webhooks.list_of_community 404", &[community], dave, Value::Null).await;
    walk.go("webhooks.list_of_community 422", &[community, "?limit=0"], ann, Value::Null).await;
    walk.go("webhooks.list_of_community 401", &[community], "", Value::Null).await;
    let update = json!({ "name": "CD", "avatar_url": null, "channel_id": general });
    let changed = walk.go("webhooks.update 200", &[webhook], ann, update.clone()).await;
    assert_eq!(changed["name"], "CD");
    walk.go("webhooks.update 403", &[webhook], bob, update.clone()).await;
    walk.go("webhooks.update 404", &[NONE], ann, update.clone()).await;
    walk.go("webhooks.update 404", &[webhook], dave, update.clone()).await;
    walk.go("webhooks.update 422", &[webhook], ann, json!({ "channel_id": NONE })).await;
    walk.go("webhooks.update 422", &[webhook], ann, json!({ "name": "" })).await;
    walk.go("webhooks.update 401", &[webhook], "", update).await;
    walk.go("webhooks.delete 204", &[webhook], ann, Value::Null).await;
}
