//! The part of the walk that is about custom roles, overwrites and members.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann owns the community, bob is a member, and dave is in none.
pub async fn roles(walk: &mut Walk, [ann, bob, dave]: [&str; 3], [community, general]: [&str; 2]) {
    let me = walk.go("me.get 200", &[], bob, Value::Null).await;
    let bob_id = me["id"].as_str().expect("an id");
    let crew =
        json!({ "name": "crew", "permissions": ["kick_members"], "position": 7, "client_mutation_id": "r1" });
    let role = walk.go("roles.create 201", &[community], ann, crew.clone()).await;
    walk.go("roles.create 200", &[community], ann, crew).await;
    walk.go("roles.create 409", &[community], ann, json!({ "name": "CREW" })).await;
    walk.go("roles.create 403", &[community], bob, json!({ "name": "bobs" })).await;
    walk.go("roles.create 404", &[community], dave, json!({ "name": "daves" })).await;
    walk.go("roles.create 422", &[community], ann, json!({ "name": "x", "permissions": ["fly"] })).await;
    walk.go("roles.list 200", &[community, "?limit=1"], bob, Value::Null).await;
    walk.go("roles.list 404", &[community], dave, Value::Null).await;
    let id = role["id"].as_str().expect("an id");
    walk.go("roles.update 200", &[id], ann, json!({ "name": "deck", "position": 8 })).await;
    walk.go("roles.update 403", &[id], bob, json!({ "position": 9 })).await;
    walk.go("roles.update 404", &[NONE], ann, json!({})).await;
    walk.go("roles.update 422", &[id], ann, json!({ "position": 1001 })).await;
    let on_bob: [&str; 2] = [community, bob_id];
    walk.go("members.get 200", &on_bob, bob, Value::Null).await;
    walk.go("members.get 404", &on_bob, dave, Value::Null).await;
    let changes = json!({ "role": "admin", "nickname": "Bobby", "roles": [id] });
    walk.go("members.update 200", &on_bob, ann, changes).await;
    walk.go("members.update 200", &on_bob, bob, json!({ "role": "member", "nickname": null })).await;
    walk.go("members.update 403", &on_bob, bob, json!({ "role": "owner" })).await;
    walk.go("members.update 404", &[community, NONE], ann, json!({ "nickname": "x" })).await;
    walk.go("members.update 422", &on_bob, ann, json!({ "roles": [NONE] })).await;
    let on_role: [&str; 2] = [general, id];
    let quiet = json!({ "allow": ["view_channel"], "deny": ["send_messages"] });
    walk.go("overwrites.set 200", &on_role, ann, quiet.clone()).await;
    walk.go("overwrites.set 403", &on_role, bob, quiet.clone()).await;
    walk.go("overwrites.set 404", &[general, NONE], ann, quiet).await;
    let both = json!({ "allow": ["view_channel"], "deny": ["view_channel"] });
    walk.go("overwrites.set 422", &on_role, ann, both).await;
    walk.go("overwrites.list 200", &[general], bob, Value::Null).await;
    walk.go("overwrites.list 404", &[general], dave, Value::Null).await;
    walk.go("overwrites.remove 204", &on_role, ann, Value::Null).await;
    walk.go("overwrites.remove 403", &on_role, bob, Value::Null).await;
    walk.go("roles.delete 403", &[id], bob, Value::Null).await;
    walk.go("roles.delete 204", &[id], ann, Value::Null).await;
    walk.go("roles.delete 404", &[NONE], ann, Value::Null).await;
}
