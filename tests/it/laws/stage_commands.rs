//! The stages of verbs about slash commands: those of the community's own, their uses, and reminders.

use reqwest::Method;
use serde_json::json;

use super::call::Call;
use super::scene::{Person, Scene};

/// A bot of the community's; its id.
async fn bot(scene: &Scene) -> String {
    let body = json!({ "name": scene.name("bot"), "scopes": ["commands:write"] });
    scene.made(Method::POST, &scene.path("bots"), body).await
}

pub async fn make_command(scene: &Scene, _: &Person) -> Call {
    let body = json!({ "name": scene.name("deploy"), "description": "Deploys.", "bot_id": bot(scene).await });
    scene.here(Method::POST, "commands", body).differing("description", "Another.")
}

pub async fn delete_command(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, format!("/api/commands/{}", command(scene).await.0))
}

/// A command of a new bot's: its id and its name.
pub async fn command(scene: &Scene) -> (String, String) {
    let name = scene.name("deploy");
    let body = json!({ "name": name, "description": "Deploys.", "bot_id": bot(scene).await });
    (scene.made(Method::POST, &scene.path("commands"), body).await, name)
}

fn typed(scene: &Scene, text: &str) -> Call {
    let body = json!({ "channel_id": scene.general, "text": text });
    Call::new(Method::POST, "/api/commands".into(), body)
}

pub async fn set_reminder(scene: &Scene, _: &Person) -> Call {
    typed(scene, &format!("/remind 1h {}", scene.name("tea"))).differing("text", "/remind 1h another")
}

/// A reminder that comes at once.
pub async fn ring_reminder(scene: &Scene, _: &Person) -> Call {
    typed(scene, &format!("/remind 1s {}", scene.name("tea")))
}

/// A use of a command whose bot does not answer.
pub async fn use_command(scene: &Scene, _: &Person) -> Call {
    let (_, name) = command(scene).await;
    typed(scene, &format!("/{name} now"))
}
