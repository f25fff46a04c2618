//! The stages of verbs about bots and their tokens.

use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::scene::{Person, Scene};

/// A new bot of the owner's.
pub async fn bot(scene: &Scene) -> String {
    let bot = json!({ "name": scene.name("robo"), "scopes": ["messages:read"] });
    scene.made(Method::POST, &scene.path("bots"), bot).await
}

/// A new token of a bot.
pub async fn token(scene: &Scene, bot: &str) -> String {
    let token = json!({ "scopes": ["messages:read"] });
    scene.made(Method::POST, &format!("/api/bots/{bot}/tokens"), token).await
}

pub async fn create_bot(scene: &Scene, _: &Person) -> Call {
    let bot = json!({ "name": scene.name("robo"), "scopes": ["messages:read"] });
    scene.here(Method::POST, "bots", bot).differing("name", "another")
}

pub async fn delete_bot(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, format!("/api/bots/{}", bot(scene).await))
}

pub async fn create_token(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/bots/{}/tokens", bot(scene).await);
    Call::new(Method::POST, path, json!({ "scopes": ["messages:read"] })).differing("scopes", json!([]))
}

pub async fn revoke_token(scene: &Scene, _: &Person) -> Call {
    let token = token(scene, &bot(scene).await).await;
    Call::bare(Method::DELETE, format!("/api/tokens/{token}"))
}

pub async fn show_bot(scene: &Scene, _: &Person) -> Call {
    Call::new(Method::PUT, format!("/api/bots/{}/avatar", bot(scene).await), Value::Null).uploading()
}
