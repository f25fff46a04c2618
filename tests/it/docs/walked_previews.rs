//! The part of the walk that is about what links show.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann and bob are in the channel, and dave does not see it.
pub async fn previews(walk: &mut Walk, [ann, bob, dave]: [&str; 3], general: &str) {
    let posted = json!({ "body_md": "see https://a.example" });
    let posted = walk.go("messages.post 201", &[general], ann, posted).await;
    let id = posted["id"].as_str().expect("an id");
    walk.go("previews.strip 401", &[id], "", Value::Null).await;
    walk.go("previews.strip 403", &[id], bob, Value::Null).await;
    walk.go("previews.strip 404", &[id], dave, Value::Null).await;
    walk.go("previews.strip 404", &[NONE], ann, Value::Null).await;
    walk.go("previews.strip 204", &[id], ann, Value::Null).await;
    walk.go("previews.strip 204", &[id], ann, Value::Null).await;
}
