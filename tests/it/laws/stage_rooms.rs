//! The stages of verbs about channels, categories and webhooks of a community.

use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::scene::{Person, Scene};

pub async fn create_room(scene: &Scene, _: &Person) -> Call {
    let room = json!({ "name": scene.name("made"), "type": "text" });
    scene.here(Method::POST, "channels", room).differing("name", "another")
}

pub async fn create_private(scene: &Scene, _: &Person) -> Call {
    let room = json!({ "name": scene.name("made"), "visibility": "private" });
    scene.here(Method::POST, "channels", room).differing("name", "another")
}

pub async fn join_room(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    Call::bare(Method::POST, format!("/api/channels/{room}/join"))
}

pub async fn leave_room(scene: &Scene, by: &Person) -> Call {
    let room = scene.room_with(by, "public").await;
    Call::bare(Method::POST, format!("/api/channels/{room}/leave"))
}

pub async fn leave_private(scene: &Scene, by: &Person) -> Call {
    let room = scene.room_with(by, "private").await;
    Call::bare(Method::POST, format!("/api/channels/{room}/leave"))
}

pub async fn rename_room(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    Call::new(Method::PATCH, format!("/api/channels/{room}"), json!({ "name": scene.name("renamed") }))
}

pub async fn set_topic(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    Call::new(Method::PATCH, format!("/api/channels/{room}"), json!({ "topic": "Crabs" }))
}

/// It becomes private for all who are in it.
pub async fn hide_room(scene: &Scene, by: &Person) -> Call {
    scene.bring_back().await;
    let room = scene.room_with(by, "public").await;
    for person in scene.inside() {
        scene.let_in(&room, person).await;
    }
    Call::new(Method::PATCH, format!("/api/channels/{room}"), json!({ "visibility": "private" }))
}

/// It becomes private, and only its maker is in it.
pub async fn hide_from_others(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    Call::new(Method::PATCH, format!("/api/channels/{room}"), json!({ "visibility": "private" }))
}

/// It becomes public, also for those who did not know of it.
pub async fn show_room(scene: &Scene, by: &Person) -> Call {
    let room = scene.room_with(by, "private").await;
    Call::new(Method::PATCH, format!("/api/channels/{room}"), json!({ "visibility": "public" }))
}

pub async fn order_rooms(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    let places = json!([{ "id": room, "category_id": null, "position": 1000 + scene.count() }]);
    scene.here(Method::PUT, "channels/order", json!({ "channels": places }))
}

/// Into a category.
pub async fn move_room(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    let category = category(scene).await;
    let places = json!([{ "id": room, "category_id": category, "position": 3 }]);
    scene.here(Method::PUT, "channels/order", json!({ "channels": places }))
}

pub async fn archive_room(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    Call::new(Method::PUT, format!("/api/channels/{room}/archived"), json!({ "archived": true }))
}

pub async fn slow_room_down(scene: &Scene, _: &Person) -> Call {
    let room = scene.room().await;
    Call::new(Method::PUT, format!("/api/channels/{room}/slow_mode"), json!({ "seconds": 60 }))
}

pub async fn open_room_again(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}/archived", scene.room().await);
    scene.owner_does(Method::PUT, &path, json!({ "archived": true })).await;
    Call::new(Method::PUT, path, json!({ "archived": false }))
}

/// One that all have joined, with a message that they have not read.
pub async fn delete_room(scene: &Scene, by: &Person) -> Call {
    scene.bring_back().await;
    let room = scene.room_with(by, "public").await;
    for person in scene.inside() {
        scene.let_in(&room, person).await;
    }
    let path = format!("/api/channels/{room}/messages");
    scene.owner_does(Method::POST, &path, json!({ "body_md": "soon over" })).await;
    Call::bare(Method::DELETE, format!("/api/channels/{room}"))
}

fn of_subject(scene: &Scene, room: &str) -> String {
    format!("/api/channels/{room}/members/{}", scene.subject.id)
}

pub async fn let_subject_in(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let room = scene.room().await;
    Call::bare(Method::PUT, of_subject(scene, &room))
}

/// Into a channel that the subject did not know of, with a message from before.
pub async fn let_subject_into_private(scene: &Scene, by: &Person) -> Call {
    scene.bring_back().await;
    let room = scene.room_with(by, "private").await;
    let path = format!("/api/channels/{room}/messages");
    scene.owner_does(Method::POST, &path, json!({ "body_md": "among us" })).await;
    Call::bare(Method::PUT, of_subject(scene, &room))
}

pub async fn put_subject_out(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let room = scene.room_with(&scene.subject, "public").await;
    Call::bare(Method::DELETE, of_subject(scene, &room))
}

pub async fn put_subject_out_of_private(scene: &Scene, by: &Person) -> Call {
    scene.bring_back().await;
    let room = scene.room_with(&scene.subject, "private").await;
    scene.let_in(&room, by).await;
    Call::bare(Method::DELETE, of_subject(scene, &room))
}

async fn category(scene: &Scene) -> String {
    scene.made(Method::POST, &scene.path("categories"), json!({ "name": "Teams" })).await
}

pub async fn create_category(scene: &Scene, _: &Person) -> Call {
    scene.here(Method::POST, "categories", json!({ "name": "Teams" })).differing("name", "another")
}

pub async fn rename_category(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/categories/{}", category(scene).await);
    Call::new(Method::PATCH, path, json!({ "name": "Groups", "position": 2 }))
}

/// One in which a channel stands.
pub async fn delete_category(scene: &Scene, _: &Person) -> Call {
    let category = category(scene).await;
    let room = json!({ "name": scene.name("room"), "category_id": category });
    scene.made(Method::POST, &scene.path("channels"), room).await;
    Call::bare(Method::DELETE, format!("/api/categories/{category}"))
}

/// All of them backwards.
pub async fn order_categories(scene: &Scene, _: &Person) -> Call {
    for _ in 0..2 {
        category(scene).await;
    }
    let list = scene.owner_does(Method::GET, &scene.path("categories?limit=200"), Value::Null).await;
    let all = list["items"].as_array().expect("a list");
    let mut placed: Vec<(i64, &str)> = all
        .iter()
        .map(|one| (one["position"].as_i64().unwrap_or_default(), one["id"].as_str().unwrap_or_default()))
        .collect();
    placed.sort_unstable();
    let ids: Vec<&str> = placed.into_iter().rev().map(|(_, id)| id).collect();
    scene.here(Method::PUT, "categories/order", json!({ "ids": ids }))
}

pub async fn create_webhook(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}/webhooks", scene.general);
    Call::new(Method::POST, path, json!({ "name": "CI" })).differing("name", "another")
}

pub async fn delete_webhook(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}/webhooks", scene.general);
    let webhook = scene.made(Method::POST, &path, json!({ "name": "CI" })).await;
    Call::bare(Method::DELETE, format!("/api/webhooks/{webhook}"))
}
