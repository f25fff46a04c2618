//! The stages of verbs about custom emoji and pictures.

use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::scene::{Person, Scene};

pub async fn add_emoji(scene: &Scene, _: &Person) -> Call {
    let name = format!("crab_{}", scene.count());
    scene.here(Method::POST, "emoji", json!({ "name": name })).uploading().differing("name", "another_crab")
}

pub async fn remove_emoji(scene: &Scene, _: &Person) -> Call {
    let name = format!("crab_{}", scene.count());
    let added = scene.here(Method::POST, "emoji", json!({ "name": name })).uploading();
    let emoji = scene.owner_sends(&added).await;
    Call::bare(Method::DELETE, format!("/api/emoji/{emoji}"))
}

pub async fn show_subject(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let path = format!("{}/avatar", scene.of_member(scene.subject.id));
    Call::new(Method::PUT, path, Value::Null).uploading()
}

pub async fn show_oneself(scene: &Scene, by: &Person) -> Call {
    Call::new(Method::PUT, format!("{}/avatar", scene.of_member(by.id)), Value::Null).uploading()
}

pub async fn show_webhook(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}/webhooks", scene.general);
    let webhook = scene.made(Method::POST, &path, json!({ "name": "CI" })).await;
    Call::new(Method::PUT, format!("/api/webhooks/{webhook}/avatar"), Value::Null).uploading()
}

pub async fn show_community(scene: &Scene, _: &Person) -> Call {
    scene.here(Method::PUT, "avatar", Value::Null).uploading()
}

pub async fn update_webhook(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}/webhooks", scene.general);
    let webhook = scene.made(Method::POST, &path, json!({ "name": "CI" })).await;
    Call::new(Method::PATCH, format!("/api/webhooks/{webhook}"), json!({ "name": "CD" }))
}
