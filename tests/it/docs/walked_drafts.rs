//! Drafts, saved and scheduled messages in the walk through every operation.

use ajet_protocol::Timestamp;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::walk::Walk;
use crate::support::NONE;

/// Not within the walk.
fn later() -> Timestamp {
    (OffsetDateTime::now_utc() + Duration::days(1)).into()
}

/// Ann owns the community of the channel, dave does not belong to it.
pub async fn drafts(walk: &mut Walk, ann: &str, dave: &str, general: &str) {
    let said = walk.go("messages.post 201", &[general], ann, json!({ "body_md": "worth a look" })).await;
    let said = said["id"].as_str().expect("an id");
    kept(walk, [ann, dave], general, said).await;
    saved(walk, [ann, dave], said).await;
    scheduled(walk, [ann, dave], general, said).await;
}

async fn kept(walk: &mut Walk, [ann, dave]: [&str; 2], general: &str, said: &str) {
    walk.go("drafts.get 404", &[general], ann, Value::Null).await;
    walk.go("drafts.set 200", &[general], ann, json!({ "body_md": "so far" })).await;
    let reply = json!({ "body_md": "so far", "parent_id": said });
    walk.go("drafts.set 200", &[general], ann, reply).await;
    walk.go("drafts.set 404", &[general], dave, json!({ "body_md": "so far" })).await;
    walk.go("drafts.set 422", &[general], ann, json!({ "body_md": "", "more": 1 })).await;
    walk.go("drafts.set 422", &[general], ann, json!({ "body_md": "d", "parent_id": NONE })).await;
    walk.go("drafts.set 401", &[general], "", json!({ "body_md": "so far" })).await;
    let of_thread = format!("?parent_id={said}");
    walk.go("drafts.get 200", &[general, &of_thread], ann, Value::Null).await;
    walk.go("drafts.get 200", &[general], ann, Value::Null).await;
    walk.go("drafts.get 404", &[general], dave, Value::Null).await;
    walk.go("drafts.get 422", &[general, "?parent_id=x"], ann, Value::Null).await;
    walk.go("drafts.get 401", &[general], "", Value::Null).await;
    walk.go("drafts.remove 204", &[general, &of_thread], ann, Value::Null).await;
    walk.go("drafts.remove 204", &[general], ann, Value::Null).await;
    walk.go("drafts.remove 404", &[general], dave, Value::Null).await;
    walk.go("drafts.remove 422", &[general, "?parent_id=x"], ann, Value::Null).await;
    walk.go("drafts.remove 401", &[general], "", Value::Null).await;
}

async fn saved(walk: &mut Walk, [ann, dave]: [&str; 2], said: &str) {
    let request = json!({ "note": "read it", "remind_at": later() });
    walk.go("saved.set 200", &[said], ann, request.clone()).await;
    walk.go("saved.set 200", &[said], ann, json!({})).await;
    walk.go("saved.set 404", &[said], dave, request.clone()).await;
    walk.go("saved.set 404", &[NONE], ann, json!({})).await;
    walk.go("saved.set 422", &[said], ann, json!({ "remind_at": "2001-01-01T00:00:00Z" })).await;
    walk.go("saved.set 401", &[said], "", request).await;
    let page = walk.go("saved.list 200", &[], ann, Value::Null).await;
    assert_eq!(page["items"][0]["message"]["id"], said);
    walk.go("saved.list 422", &["?limit=0"], ann, Value::Null).await;
    walk.go("saved.list 401", &[], "", Value::Null).await;
    walk.go("saved.remove 204", &[said], ann, Value::Null).await;
    walk.go("saved.remove 204", &[said], ann, Value::Null).await;
    walk.go("saved.remove 404", &[said], dave, Value::Null).await;
    walk.go("saved.remove 401", &[said], "", Value::Null).await;
}

async fn scheduled(walk: &mut Walk, [ann, dave]: [&str; 2], general: &str, said: &str) {
    let later = later();
    let request = json!({ "body_md": "later", "send_at": later, "client_mutation_id": "sc1" });
    let made = walk.go("scheduled.create 201", &[general], ann, request.clone()).await;
    let again = walk.go("scheduled.create 200", &[general], ann, request).await;
    assert_eq!(made["id"], again["id"]);
    let other = json!({ "body_md": "other", "send_at": later, "client_mutation_id": "sc1" });
    walk.go("scheduled.create 409", &[general], ann, other.clone()).await;
    walk.go("scheduled.create 404", &[general], dave, other.clone()).await;
    walk.go("scheduled.create 401", &[general], "", other).await;
    let past = json!({ "body_md": "late", "send_at": "2001-01-01T00:00:00Z", "parent_id": said });
    walk.go("scheduled.create 422", &[general], ann, past).await;
    let room = walk.go("channels.get 200", &[general], ann, Value::Null).await;
    let community = room["community_id"].as_str().expect("an id");
    let unjoined = walk.go("channels.create 201", &[community], ann, json!({ "name": "left-alone" })).await;
    let unjoined = unjoined["id"].as_str().expect("an id");
    walk.go("channels.leave 204", &[unjoined], ann, Value::Null).await;
    let elsewhere = json!({ "body_md": "later", "send_at": later });
    walk.go("scheduled.create 403", &[unjoined], ann, elsewhere).await;
    walk.go("scheduled.list 200", &[general], ann, Value::Null).await;
    walk.go("scheduled.list 404", &[general], dave, Value::Null).await;
    walk.go("scheduled.list 422", &[general, "?limit=0"], ann, Value::Null).await;
    walk.go("scheduled.list 401", &[general], "", Value::Null).await;
    let id = made["id"].as_str().expect("an id");
    walk.go("scheduled.update 200", &[id], ann, json!({ "body_md": "much later" })).await;
    walk.go("scheduled.update 200", &[id], ann, json!({})).await;
    walk.go("scheduled.update 404", &[id], dave, json!({})).await;
    walk.go("scheduled.update 404", &[NONE], ann, json!({})).await;
    walk.go("scheduled.update 422", &[id], ann, json!({ "send_at": "2001-01-01T00:00:00Z" })).await;
    walk.go("scheduled.update 401", &[id], "", json!({})).await;
    walk.go("scheduled.cancel 404", &[id], dave, Value::Null).await;
    walk.go("scheduled.cancel 401", &[id], "", Value::Null).await;
    walk.go("scheduled.cancel 204", &[id], ann, Value::Null).await;
    walk.go("scheduled.cancel 204", &[id], ann, Value::Null).await;
}
