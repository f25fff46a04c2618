//! The part of the walk that is about pins, purges, slow mode, and who reacted.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann owns the community, bob is a member, and dave is in none.
pub async fn moderation(walk: &mut Walk, people: [&str; 3], community: &str) {
    let [ann, bob, _] = people;
    let room = walk.go("channels.create 201", &[community], ann, json!({ "name": "moderated" })).await;
    let room = room["id"].as_str().expect("an id");
    walk.go("channels.join 200", &[room], bob, Value::Null).await;
    slow_mode(walk, people, room).await;
    let said = walk.go("messages.post 201", &[room], ann, json!({ "body_md": "look" })).await;
    let said = said["id"].as_str().expect("an id");
    pins(walk, people, [room, said]).await;
    reactors(walk, people, said).await;
    purge(walk, people, room).await;
}

async fn slow_mode(walk: &mut Walk, [ann, bob, dave]: [&str; 3], room: &str) {
    let slow = json!({ "seconds": 21_600 });
    walk.go("channels.slow_mode 200", &[room], ann, slow.clone()).await;
    walk.go("messages.post 201", &[room], bob, json!({ "body_md": "one" })).await;
    walk.go("messages.post 429", &[room], bob, json!({ "body_md": "two" })).await;
    walk.go("channels.slow_mode 403", &[room], bob, slow.clone()).await;
    walk.go("channels.slow_mode 404", &[room], dave, slow.clone()).await;
    walk.go("channels.slow_mode 401", &[room], "", slow).await;
    walk.go("channels.slow_mode 422", &[room], ann, json!({ "seconds": 21_601 })).await;
    walk.go("channels.slow_mode 200", &[room], ann, json!({ "seconds": 0 })).await;
}

async fn pins(walk: &mut Walk, [ann, bob, dave]: [&str; 3], [room, said]: [&str; 2]) {
    walk.go("pins.set 204", &[said], ann, Value::Null).await;
    walk.go("pins.set 403", &[said], bob, Value::Null).await;
    walk.go("pins.set 404", &[said], dave, Value::Null).await;
    walk.go("pins.set 401", &[said], "", Value::Null).await;
    let pins = walk.go("pins.list 200", &[room, "?limit=1"], bob, Value::Null).await;
    assert_eq!(pins["items"][0]["id"], said);
    walk.go("pins.list 404", &[room], dave, Value::Null).await;
    walk.go("pins.list 401", &[room], "", Value::Null).await;
    walk.go("pins.list 422", &[room, "?limit=0"], bob, Value::Null).await;
    walk.go("pins.lift 403", &[said], bob, Value::Null).await;
    walk.go("pins.lift 404", &[NONE], ann, Value::Null).await;
    walk.go("pins.lift 401", &[said], "", Value::Null).await;
    walk.go("channels.archive 204", &[room], ann, json!({ "archived": true })).await;
    walk.go("pins.set 409", &[said], ann, Value::Null).await;
    walk.go("pins.lift 409", &[said], ann, Value::Null).await;
    walk.go("channels.archive 204", &[room], ann, json!({ "archived": false })).await;
    walk.go("pins.lift 204", &[said], ann, Value::Null).await;
}

async fn reactors(walk: &mut Walk, [_, bob, dave]: [&str; 3], said: &str) {
    walk.go("reactions.add 204", &[said, "👍"], bob, Value::Null).await;
    walk.go("reactions.add 422", &[said, ":unknown:"], bob, Value::Null).await;
    let who = walk.go("reactions.list 200", &[said, "👍", "?limit=1"], bob, Value::Null).await;
    assert_eq!(who["items"].as_array().map(Vec::len), Some(1));
    walk.go("reactions.list 404", &[said, "👍"], dave, Value::Null).await;
    walk.go("reactions.list 401", &[said, "👍"], "", Value::Null).await;
    walk.go("reactions.list 422", &[said, "+1"], bob, Value::Null).await;
}

async fn purge(walk: &mut Walk, [ann, bob, dave]: [&str; 3], room: &str) {
    walk.go("messages.purge 403", &[room], bob, json!({ "count": 1 })).await;
    walk.go("messages.purge 404", &[room], dave, json!({ "count": 1 })).await;
    walk.go("messages.purge 401", &[room], "", json!({ "count": 1 })).await;
    walk.go("messages.purge 422", &[room], ann, json!({ "count": 101 })).await;
    let keyed = json!({ "count": 100, "client_mutation_id": "pu1" });
    for _ in 0..2 {
        walk.go("messages.purge 204", &[room], ann, keyed.clone()).await;
    }
    let other = json!({ "count": 1, "client_mutation_id": "pu1" });
    walk.go("messages.purge 409", &[room], ann, other).await;
    walk.go("messages.purge 204", &[room], ann, json!({ "count": 100 })).await;
}
