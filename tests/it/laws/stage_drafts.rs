//! The stages of verbs by which people keep something for themselves: drafts, saved messages, messages to be sent later.

use std::time::Duration;

use ajet_protocol::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::call::Call;
use super::scene::{Person, Scene};

/// Not within a test.
const LATER: Duration = Duration::from_secs(86_400);
/// Within a test, and after the request that names it.
const SOON: Duration = Duration::from_secs(5);

fn in_time(from_now: Duration) -> Timestamp {
    (OffsetDateTime::now_utc() + from_now).into()
}

fn draft_in(scene: &Scene) -> String {
    format!("/api/channels/{}/draft", scene.general)
}

pub async fn set_draft(scene: &Scene, _: &Person) -> Call {
    Call::new(Method::PUT, draft_in(scene), json!({ "body_md": scene.name("so far") }))
}

pub async fn remove_draft(scene: &Scene, by: &Person) -> Call {
    let path = draft_in(scene);
    scene.inside_does(by, Method::PUT, &path, json!({ "body_md": scene.name("so far") })).await;
    Call::bare(Method::DELETE, path)
}

/// The path at which a message of the subject's is saved.
async fn saved_at(scene: &Scene) -> String {
    scene.bring_back().await;
    format!("/api/messages/{}/saved", scene.said_by(&scene.subject, "keep me").await)
}

pub async fn save_message(scene: &Scene, _: &Person) -> Call {
    let note = json!({ "note": scene.name("why"), "remind_at": in_time(LATER) });
    Call::new(Method::PUT, saved_at(scene).await, note)
}

pub async fn unsave_message(scene: &Scene, by: &Person) -> Call {
    let path = saved_at(scene).await;
    scene.inside_does(by, Method::PUT, &path, json!({})).await;
    Call::bare(Method::DELETE, path)
}

/// A reminder that comes at once.
pub async fn be_reminded(scene: &Scene, _: &Person) -> Call {
    Call::new(Method::PUT, saved_at(scene).await, json!({ "remind_at": in_time(SOON) }))
}

fn scheduled_in(scene: &Scene) -> String {
    format!("/api/channels/{}/scheduled", scene.general)
}

pub async fn schedule(scene: &Scene, _: &Person) -> Call {
    let message = json!({ "body_md": scene.name("later"), "send_at": in_time(LATER) });
    Call::new(Method::POST, scheduled_in(scene), message).differing("body_md", "another")
}

/// The path of what somebody scheduled; of those who are outside, the owner.
async fn scheduled(scene: &Scene, by: &Person) -> String {
    let author = if by.standing.is_inside() { by } else { &scene.owner };
    let message = json!({ "body_md": scene.name("later"), "send_at": in_time(LATER) });
    let made: Value = scene.done(author, Method::POST, &scheduled_in(scene), message).await;
    format!("/api/scheduled/{}", made["id"].as_str().expect("an id"))
}

pub async fn update_scheduled(scene: &Scene, by: &Person) -> Call {
    let body = json!({ "body_md": scene.name("much later"), "send_at": in_time(2 * LATER) });
    Call::new(Method::PATCH, scheduled(scene, by).await, body)
}

pub async fn cancel_scheduled(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::DELETE, scheduled(scene, by).await)
}

/// A message that is sent at once.
pub async fn send_scheduled(scene: &Scene, _: &Person) -> Call {
    let message = json!({ "body_md": scene.name("soon"), "send_at": in_time(SOON) });
    Call::new(Method::POST, scheduled_in(scene), message)
}
