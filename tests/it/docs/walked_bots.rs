//! The part of the walk that is about bots and their tokens.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;
use crate::support::forms::{PNG, form};

/// Ann owns the community, bob is a member, and dave is in none.
pub async fn bots(walk: &mut Walk, people: [&str; 3], community: &str) {
    let [ann, bob, dave] = people;
    let robo =
        json!({ "name": "robo", "scopes": ["messages:read", "channels:read"], "client_mutation_id": "bo1" });
    let made = walk.go("bots.create 201", &[community], ann, robo.clone()).await;
    let again = walk.go("bots.create 200", &[community], ann, robo).await;
    assert_eq!(made["id"], again["id"]);
    let other = json!({ "name": "other", "scopes": [], "client_mutation_id": "bo1" });
    walk.go("bots.create 409", &[community], ann, other.clone()).await;
    walk.go("bots.create 403", &[community], bob, other.clone()).await;
    walk.go("bots.create 404", &[community], dave, other.clone()).await;
    walk.go("bots.create 401", &[community], "", other).await;
    walk.go("bots.create 422", &[community], ann, json!({ "name": "x", "scopes": ["fly"] })).await;
    walk.go("bots.list 200", &[community, "?limit=1"], ann, Value::Null).await;
    walk.go("bots.list 403", &[community], bob, Value::Null).await;
    walk.go("bots.list 404", &[community], dave, Value::Null).await;
    walk.go("bots.list 422", &[community, "?after=x"], ann, Value::Null).await;
    let id = made["id"].as_str().expect("an id");
    tokens(walk, people, id).await;
    let picture = form(walk.request("bots.set_avatar", &[id], ann), &[], Some(PNG));
    walk.answer("bots.set_avatar 200", picture).await;
    let picture = form(walk.request("bots.set_avatar", &[id], bob), &[], Some(PNG));
    walk.answer("bots.set_avatar 403", picture).await;
    walk.go("bots.remove_avatar 204", &[id], ann, Value::Null).await;
    walk.go("bots.remove_avatar 403", &[id], bob, Value::Null).await;
    walk.go("bots.delete 401", &[id], "", Value::Null).await;
    walk.go("bots.delete 403", &[id], bob, Value::Null).await;
    walk.go("bots.delete 204", &[id], ann, Value::Null).await;
    walk.go("bots.delete 404", &[NONE], ann, Value::Null).await;
}

async fn tokens(walk: &mut Walk, [ann, bob, dave]: [&str; 3], bot: &str) {
    let request = json!({ "scopes": ["channels:read"], "expires_at": "2199-01-01T00:00:00Z", "client_mutation_id": "to1" });
    let made = walk.go("tokens.create 201", &[bot], ann, request.clone()).await;
    let again = walk.go("tokens.create 200", &[bot], ann, request).await;
    assert_eq!((&made["id"], again.get("token")), (&again["id"], None));
    let other = json!({ "scopes": [], "client_mutation_id": "to1" });
    walk.go("tokens.create 409", &[bot], ann, other.clone()).await;
    walk.go("tokens.create 403", &[bot], bob, other.clone()).await;
    walk.go("tokens.create 404", &[bot], dave, other.clone()).await;
    walk.go("tokens.create 404", &[NONE], ann, other.clone()).await;
    walk.go("tokens.create 401", &[bot], "", other).await;
    walk.go("tokens.create 422", &[bot], ann, json!({ "scopes": ["messages:write"] })).await;
    walk.go("tokens.list 200", &[bot, "?limit=1"], ann, Value::Null).await;
    walk.go("tokens.list 403", &[bot], bob, Value::Null).await;
    walk.go("tokens.list 404", &[bot], dave, Value::Null).await;
    let token = made["token"].as_str().expect("shown once");
    walk.go("communities.list 200", &[], token, Value::Null).await;
    walk.go("me.sync 200", &[], token, Value::Null).await;
    walk.go("me.get 403", &[], token, Value::Null).await;
    let id = made["id"].as_str().expect("an id");
    walk.go("tokens.revoke 401", &[id], "", Value::Null).await;
    walk.go("tokens.revoke 403", &[id], bob, Value::Null).await;
    walk.go("tokens.revoke 204", &[id], ann, Value::Null).await;
    walk.go("tokens.revoke 404", &[NONE], ann, Value::Null).await;
    walk.go("communities.list 401", &[], token, Value::Null).await;
}
