//! Search in the walk through every operation.

use serde_json::{Value, json};

use super::walk::Walk;

/// Ann has said something, in a channel of her own community.
pub async fn search(walk: &mut Walk, ann: &str) {
    for (query, kind) in [
        ("?q=from:me&limit=2", "message"),
        ("?q=ann&type=users", "user"),
        ("?q=from:me&sort=best&limit=1", "message"),
    ] {
        let page = walk.go("search.find 200", &[query], ann, Value::Null).await;
        assert_eq!(page["items"][0]["type"], json!(kind), "{query}");
    }
    walk.go("search.find 200", &["?q=general&type=channels"], ann, Value::Null).await;
    walk.go("search.find 401", &["?q=x"], "", Value::Null).await;
    for wrong in ["", "?q=x&type=emoji", "?q=has:cow", "?q=x&limit=0"] {
        walk.go("search.find 422", &[wrong], ann, Value::Null).await;
    }
}
