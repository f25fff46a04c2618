//! Threads in the walk through every operation.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann begins a thread. Dave, who comes last, does not see the channel.
pub async fn threads(walk: &mut Walk, [ann, dave]: [&str; 2], general: &str) {
    let parent = walk.go("messages.post 201", &[general], ann, json!({ "body_md": "a thread" })).await;
    let parent = parent["id"].as_str().expect("an id");
    let request = json!({ "body_md": "a reply", "parent_id": parent, "also_to_channel": true });
    let reply = walk.go("messages.post 201", &[general], ann, request).await;
    let reply = reply["id"].as_str().expect("an id");
    let shown = walk.go("messages.get 200", &[parent], ann, Value::Null).await;
    assert_eq!((&shown["thread"]["following"], &shown["reply_count"]), (&json!(true), &json!(1)));
    let around = format!("?around={parent}&top_level=true&limit=3");
    walk.go("messages.list 200", &[general, &around], ann, Value::Null).await;
    walk.go("messages.list 422", &[general, &format!("?before={NONE}&around={NONE}")], ann, Value::Null)
        .await;
    let replies = walk.go("threads.replies 200", &[parent], ann, Value::Null).await;
    assert_eq!(replies["items"].as_array().map(Vec::len), Some(1));
    walk.go("threads.replies 404", &[parent], dave, Value::Null).await;
    walk.go("threads.replies 401", &[parent], "", Value::Null).await;
    walk.go("threads.replies 422", &[parent, "?limit=0"], ann, Value::Null).await;
    for step in ["threads.follow", "threads.unfollow"] {
        walk.go(&format!("{step} 204"), &[parent], ann, Value::Null).await;
        walk.go(&format!("{step} 422"), &[reply], ann, Value::Null).await;
        walk.go(&format!("{step} 404"), &[parent], dave, Value::Null).await;
        walk.go(&format!("{step} 404"), &[NONE], ann, Value::Null).await;
        walk.go(&format!("{step} 401"), &[parent], "", Value::Null).await;
    }
}
