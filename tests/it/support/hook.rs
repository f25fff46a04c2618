//! A webhook, what senders post to it, and what becomes of that.

use ajet_protocol::{Code, Message, Problem, WebhookId};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{World, seen};

pub const JSON: &str = "application/json";
pub const FORM: &str = "Application/X-WWW-Form-Urlencoded";
pub const MULTIPART: &str = "Multipart/Form-Data; boundary=XyZ";

/// A webhook of ann's in `general`, and who sends to it.
pub struct Hook {
    pub world: World,
    pub id: WebhookId,
    pub url: String,
    pub http: Client,
}

/// What became of a request.
pub struct Made {
    pub status: u16,
    pub answer: String,
    pub messages: Vec<Message>,
}

impl Hook {
    pub async fn new() -> Self {
        let world = World::new().await;
        let made = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
        let url = made.url.expect("shown once");
        Self { world, id: made.id, url, http: Client::new() }
    }

    pub fn request(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).header("content-type", content_type).body(body)
    }

    pub fn json(&self, path: &str, payload: &Value) -> RequestBuilder {
        self.request(path, JSON, payload.to_string())
    }

    pub async fn made(&self, request: RequestBuilder) -> Made {
        let before = self.world.history().await.len();
        let answer = request.send().await.expect("answers");
        let status = answer.status().as_u16();
        let answer = answer.text().await.expect("text");
        let messages = self.world.history().await.split_off(before);
        Made { status, answer, messages }
    }

    /// The one message of a payload.
    pub async fn said(&self, payload: &Value) -> Message {
        let made = self.made(self.json("", payload)).await;
        assert!([200, 204].contains(&made.status), "{payload}: {}", made.answer);
        made.only().clone()
    }

    /// Ends its world.
    pub async fn end(self) {
        self.world.end().await;
    }
}

impl Made {
    pub fn told(&self) -> (u16, &str) {
        (self.status, &self.answer)
    }

    pub fn only(&self) -> &Message {
        assert_eq!(self.messages.len(), 1, "{} {}", self.status, self.answer);
        &self.messages[0]
    }

    /// What it was refused with; then no message was made.
    pub fn refusal(&self) -> (u16, Code, String) {
        assert!(self.messages.is_empty(), "{} {}", self.status, self.answer);
        let problem: Problem = serde_json::from_str(&self.answer).expect("a problem document");
        (self.status, problem.code, problem.detail)
    }

    pub fn shown(&self) -> String {
        let pages: Vec<_> = self.messages.iter().map(|message| seen(&message.body_html)).collect();
        pages.join("\n")
    }
}

/// A multipart form of parts, each with the parameters of its disposition.
pub fn form(parts: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (parameters, value) in parts {
        body += &format!("--XyZ\r\nContent-Disposition: form-data; {parameters}\r\n\r\n{value}\r\n");
    }
    body + "--XyZ--\r\n"
}

/// An URL-encoded form whose one field is a payload.
pub fn payload_form(payload: &str) -> String {
    serde_urlencoded::to_string([("payload", payload)]).expect("a form")
}

/// What GitHub sends of a push.
pub fn push() -> Value {
    json!({"ref": "refs/heads/main", "compare": "https://github.example/c",
        "commits": [{"id": "0123456789abcdef", "message": "Fix *it*\n\nBecause.", "url": "https://github.example/1",
            "author": {"username": "anna"}}],
        "repository": {"full_name": "acme/app", "html_url": "https://github.example/acme/app"},
        "sender": {"login": "anna"}})
}

/// The signature of a body under the secret of an address.
pub fn signature(url: &str, body: &str) -> String {
    let secret = url.rsplit('/').next().expect("a secret");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

/// A section of Slack's blocks.
pub fn section(kind: &str, text: &str) -> Value {
    json!({"type": "section", "text": {"type": kind, "text": text}})
}
