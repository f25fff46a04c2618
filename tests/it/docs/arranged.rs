//! The part of the walk that arranges: categories, where channels stand, who is in them, and when they end.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann owns the community, bob belongs to it, dave does not.
pub async fn walk(walk: &mut Walk, people: [&str; 3], community: &str, general: &str) {
    let [ann, bob, dave] = people;
    categories(walk, people, community).await;
    let room = walk.go("channels.create 201", &[community], ann, json!({ "name": "rooms" })).await;
    let room = room["id"].as_str().expect("an id");
    order(walk, people, (community, room)).await;
    members(walk, people, room).await;
    let archived = json!({ "archived": true });
    let said = walk.go("messages.post 201", &[room], ann, json!({ "body_md": "soon over" })).await;
    let said = said["id"].as_str().expect("an id");
    walk.go("channels.archive 204", &[room], ann, archived.clone()).await;
    walk.go("messages.post 409", &[room], ann, json!({ "body_md": "late" })).await;
    walk.go("messages.edit 409", &[said], ann, json!({ "body_md": "late" })).await;
    walk.go("reactions.add 409", &[said, "👍"], ann, Value::Null).await;
    walk.go("channels.archive 403", &[room], bob, archived.clone()).await;
    walk.go("channels.archive 404", &[room], dave, archived.clone()).await;
    walk.go("channels.archive 422", &[room], ann, json!({ "archived": 1 })).await;
    walk.go("channels.archive 401", &[room], "", archived).await;
    let level = json!({ "level": "mentions" });
    walk.go("channels.notify 204", &[general], bob, level.clone()).await;
    walk.go("channels.notify 403", &[room], bob, level.clone()).await;
    walk.go("channels.notify 404", &[general], dave, level.clone()).await;
    walk.go("channels.notify 422", &[general], bob, json!({ "level": "some" })).await;
    walk.go("channels.notify 401", &[general], "", level).await;
    walk.go("channels.delete 403", &[room], bob, Value::Null).await;
    walk.go("channels.delete 409", &[general], ann, Value::Null).await;
    walk.go("channels.delete 401", &[room], "", Value::Null).await;
    walk.go("channels.delete 202", &[room], ann, Value::Null).await;
    walk.go("channels.delete 404", &[room], ann, Value::Null).await;
}

async fn categories(walk: &mut Walk, [ann, bob, dave]: [&str; 3], community: &str) {
    let request = json!({ "name": "Teams", "position": 3, "client_mutation_id": "ca1" });
    let made = walk.go("categories.create 201", &[community], ann, request.clone()).await;
    let again = walk.go("categories.create 200", &[community], ann, request).await;
    assert_eq!(made["id"], again["id"]);
    let other = json!({ "name": "Others", "client_mutation_id": "ca1" });
    walk.go("categories.create 409", &[community], ann, other.clone()).await;
    walk.go("categories.create 403", &[community], bob, other.clone()).await;
    walk.go("categories.create 404", &[community], dave, other.clone()).await;
    walk.go("categories.create 401", &[community], "", other).await;
    walk.go("categories.create 422", &[community], ann, json!({ "name": "", "position": -1 })).await;
    walk.go("categories.list 200", &[community], bob, Value::Null).await;
    walk.go("categories.list 404", &[community], dave, Value::Null).await;
    walk.go("categories.list 422", &[community, "?limit=0"], bob, Value::Null).await;
    let id = made["id"].as_str().expect("an id");
    walk.go("categories.update 200", &[id], ann, json!({ "name": "Groups", "position": 1 })).await;
    walk.go("categories.update 200", &[id], ann, json!({ "name": null })).await;
    walk.go("categories.update 403", &[id], bob, json!({})).await;
    walk.go("categories.update 404", &[NONE], ann, json!({})).await;
    walk.go("categories.update 422", &[id], ann, json!({ "name": 1 })).await;
    walk.go("categories.update 401", &[id], "", json!({})).await;
    walk.go("categories.order 204", &[community], ann, json!({ "ids": [id] })).await;
    walk.go("categories.order 403", &[community], bob, json!({ "ids": [id] })).await;
    walk.go("categories.order 404", &[community], dave, json!({ "ids": [id] })).await;
    walk.go("categories.order 422", &[community], ann, json!({ "ids": [id, NONE] })).await;
    walk.go("categories.order 401", &[community], "", json!({ "ids": [] })).await;
    walk.go("categories.delete 403", &[id], bob, Value::Null).await;
    walk.go("categories.delete 401", &[id], "", Value::Null).await;
    walk.go("categories.delete 204", &[id], ann, Value::Null).await;
    walk.go("categories.delete 404", &[NONE], ann, Value::Null).await;
}

async fn order(walk: &mut Walk, [ann, bob, dave]: [&str; 3], (community, room): (&str, &str)) {
    let order = json!({ "channels": [{ "id": room, "category_id": null, "position": 7 }] });
    walk.go("channels.order 204", &[community], ann, order.clone()).await;
    walk.go("channels.order 403", &[community], bob, order.clone()).await;
    walk.go("channels.order 404", &[community], dave, order.clone()).await;
    walk.go("channels.order 401", &[community], "", order).await;
    let unknown = json!({ "channels": [{ "id": NONE, "category_id": NONE, "position": 7 }] });
    walk.go("channels.order 422", &[community], ann, unknown).await;
    walk.go("channels.update 200", &[room], ann, json!({ "category_id": null, "position": 2 })).await;
    walk.go("channels.update 422", &[room], ann, json!({ "category_id": NONE })).await;
}

async fn members(walk: &mut Walk, [ann, bob, dave]: [&str; 3], room: &str) {
    let me = walk.go("me.get 200", &[], bob, Value::Null).await;
    let bob_id = me["id"].as_str().expect("an id");
    let in_room: [&str; 2] = [room, bob_id];
    walk.go("channel_members.add 204", &in_room, ann, Value::Null).await;
    walk.go("channel_members.add 403", &in_room, bob, Value::Null).await;
    walk.go("channel_members.add 404", &[room, NONE], ann, Value::Null).await;
    walk.go("channel_members.add 401", &in_room, "", Value::Null).await;
    walk.go("channel_members.list 200", &[room, "?limit=1"], bob, Value::Null).await;
    walk.go("channel_members.list 404", &[room], dave, Value::Null).await;
    walk.go("channel_members.list 422", &[room, "?before=x"], bob, Value::Null).await;
    let me = walk.go("me.get 200", &[], ann, Value::Null).await;
    let ann_id = me["id"].as_str().expect("an id");
    walk.go("channel_members.remove 403", &[room, ann_id], bob, Value::Null).await;
    walk.go("channel_members.remove 404", &[room, NONE], ann, Value::Null).await;
    walk.go("channel_members.remove 401", &in_room, "", Value::Null).await;
    walk.go("channel_members.remove 204", &in_room, ann, Value::Null).await;
}
