//! Direct messages in the walk through every operation.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann talks with bob, and with bob and dave. Carol, who comes last, takes part in neither.
pub async fn dms(walk: &mut Walk, [ann, bob, dave, carol]: [&str; 4]) {
    let (with_bob, with_both) = (ids_of(walk, &[bob]).await, ids_of(walk, &[bob, dave]).await);
    let request = json!({ "user_ids": with_bob, "client_mutation_id": "d1" });
    let dm = walk.go("dms.open 201", &[], ann, request.clone()).await;
    let again = walk.go("dms.open 200", &[], ann, request).await;
    assert_eq!((&dm["id"], &dm["type"], &dm["community_id"]), (&again["id"], &json!("dm"), &Value::Null));
    let other = json!({ "user_ids": with_both, "client_mutation_id": "d1" });
    walk.go("dms.open 409", &[], ann, other).await;
    let group = walk.go("dms.open 201", &[], ann, json!({ "user_ids": with_both })).await;
    assert_eq!(group["type"], "group_dm");
    walk.go("dms.open 401", &[], "", json!({ "user_ids": with_bob })).await;
    walk.go("dms.open 422", &[], ann, json!({ "user_ids": [], "more": 1 })).await;
    walk.go("dms.open 422", &[], bob, json!({ "user_ids": with_bob })).await;
    walk.go("dms.open 422", &[], ann, json!({ "user_ids": [NONE] })).await;
    let (dm, group) = (dm["id"].as_str().expect("an id"), group["id"].as_str().expect("an id"));
    let shown = walk.go("channels.get 200", &[dm], bob, Value::Null).await;
    assert_eq!(shown["members"].as_array().map(Vec::len), Some(2));
    walk.go("channels.get 404", &[dm], carol, Value::Null).await;
    walk.go("channels.update 200", &[group], bob, json!({ "name": "Trip" })).await;
    walk.go("channels.update 422", &[dm], bob, json!({ "name": "Trip" })).await;
    walk.go("channels.update 404", &[group], carol, json!({ "name": "Mine" })).await;
    walk.go("channels.join 404", &[dm], carol, Value::Null).await;
    walk.go("messages.post 201", &[dm], bob, json!({ "body_md": "hi" })).await;
    walk.go("dms.list 200", &[], ann, Value::Null).await;
    walk.go("dms.list 422", &["?limit=0"], ann, Value::Null).await;
    walk.go("dms.list 401", &[], "", Value::Null).await;
    for step in ["dms.hide", "dms.show"] {
        walk.go(&format!("{step} 204"), &[dm], ann, Value::Null).await;
        walk.go(&format!("{step} 404"), &[dm], carol, Value::Null).await;
        walk.go(&format!("{step} 404"), &[NONE], ann, Value::Null).await;
        walk.go(&format!("{step} 401"), &[dm], "", Value::Null).await;
    }
}

/// The ids of these people.
async fn ids_of(walk: &mut Walk, tokens: &[&str]) -> Vec<Value> {
    let mut ids = Vec::new();
    for token in tokens {
        ids.push(walk.go("me.get 200", &[], token, Value::Null).await["id"].clone());
    }
    ids
}
