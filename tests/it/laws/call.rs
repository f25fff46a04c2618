//! A request that carries out a verb, and its answer.

use ajet_protocol::Code;
use reqwest::{Client, Method};
use serde_json::Value;

use crate::support::forms::{PNG, form};

/// The field of a body that holds its idempotency key.
const KEY: &str = "client_mutation_id";

/// A request of the API.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    path: String,
    /// Null for none.
    body: Value,
    /// A field that is another one in another request, for those that take a key.
    other: Option<(&'static str, Value)>,
    /// Whether the body's fields are sent as a form with a picture.
    uploads: bool,
}

impl Call {
    pub fn new(method: Method, path: String, body: Value) -> Self {
        Self { method, path, body, other: None, uploads: false }
    }

    /// A request without a body.
    pub fn bare(method: Method, path: String) -> Self {
        Self::new(method, path, Value::Null)
    }

    /// Its method and path.
    pub fn route(&self) -> (&Method, &str) {
        (&self.method, &self.path)
    }

    /// The same request as a form with a picture.
    pub fn uploading(self) -> Self {
        Self { uploads: true, ..self }
    }

    /// The same request, of which another one differs in this field.
    pub fn differing(self, field: &'static str, value: impl Into<Value>) -> Self {
        Self { other: Some((field, value.into())), ..self }
    }

    /// The same request under a key.
    pub fn keyed(&self, key: &str) -> Self {
        self.with(KEY, key.into())
    }

    /// Another request under the same key.
    pub fn another(&self) -> Self {
        let (field, value) = self.other.clone().expect("what takes a key says how another request differs");
        self.with(field, value)
    }

    fn with(&self, field: &str, value: Value) -> Self {
        let mut call = self.clone();
        call.body[field] = value;
        call
    }

    /// Sends it to a node; without a token as somebody who is signed out.
    pub async fn send(&self, http: &Client, base: &str, token: Option<&str>) -> Answer {
        let mut request = http.request(self.method.clone(), format!("{base}{}", self.path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if self.uploads {
            let fields = self.body.as_object().into_iter().flatten();
            let fields: Vec<(&str, &str)> =
                fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
            request = form(request, &fields, Some(PNG));
        } else if !self.body.is_null() {
            request = request.json(&self.body);
        }
        let answer = request.send().await.expect("answers");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("text");
        Answer { status, body: serde_json::from_str(&text).unwrap_or_default() }
    }
}

/// What a request was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Null for none.
    pub body: Value,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it tells that something was made. A slash command is answered alike whatever it does.
    pub fn has_made(&self) -> bool {
        self.status == 201 || (self.status == 200 && self.body["ok"] == true)
    }

    /// Whether it is this refusal.
    pub fn is(&self, code: Code) -> bool {
        self.status == code.status() && self.body["code"] == code.as_str()
    }

    /// The words of a refusal.
    pub fn detail(&self) -> &str {
        self.body["detail"].as_str().unwrap_or_default()
    }

    /// Whether it refuses what a field of the request says.
    pub fn refuses(&self, field: &str) -> bool {
        let mut errors = self.body["errors"].as_array().into_iter().flatten();
        self.is(Code::Invalid) && errors.any(|error| error["field"] == field)
    }

    /// All that tells one refusal from another, apart from its text.
    pub fn refusal(&self) -> (u16, &Value, &Value) {
        (self.status, &self.body["code"], &self.body["errors"])
    }

    /// What names the object that was made: an invite has a code and no id.
    pub fn object(&self) -> &Value {
        match &self.body {
            body if !body["id"].is_null() => &body["id"],
            // Of an upload that was begun.
            body if !body["attachment"].is_null() => &body["attachment"]["id"],
            // Of a slash command.
            body if !body["effect"].is_null() => &body["effect"]["id"],
            body => &body["code"],
        }
    }
}
