//! A walk through the operations of the document: each answer is held against what the document says of it.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use super::validate::misfits;
use crate::support::assert_private;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Headers that are there wherever they are described.
const ALWAYS: [&str; 3] = ["X-Trace-Id", "WWW-Authenticate", "Retry-After"];

/// Every operation of a document, with its path and method.
pub fn operations(document: &Value) -> Vec<(&str, &'static str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let mut all = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            all.extend(item.get(method).map(|operation| (path.as_str(), method, operation)));
        }
    }
    all
}

/// A step names an operation and the status of its answer: `messages.post 201`.
fn parsed(step: &str) -> (&str, u16) {
    let (id, status) = step.split_once(' ').expect("an id and a status");
    (id, status.parse().expect("a status"))
}

/// A walk, and which answers it has met.
pub struct Walk {
    pub document: Value,
    http: reqwest::Client,
    base: String,
    met: BTreeMap<String, BTreeSet<u16>>,
}

impl Walk {
    /// A walk through the document of the server at `base`.
    pub async fn through(base: &str) -> Self {
        let http = reqwest::Client::new();
        let answer = http.get(format!("{base}/api/openapi.json")).send().await.expect("answers");
        let document = answer.json().await.expect("JSON");
        Self { document, http, base: base.to_owned(), met: BTreeMap::new() }
    }

    fn operation(&self, id: &str) -> (String, Method, Value) {
        let all = operations(&self.document);
        let found = all.into_iter().find(|(.., operation)| operation["operationId"] == id);
        let (path, method, operation) = found.unwrap_or_else(|| panic!("{id} is not described"));
        (path.to_owned(), method.to_uppercase().parse().expect("a method"), operation.clone())
    }

    /// A request of an operation; `at` holds the parts of its path in order, then perhaps its query.
    pub fn request(&self, id: &str, at: &[&str], token: &str) -> RequestBuilder {
        let (path, method, _) = self.operation(id);
        let mut at = at.iter().copied();
        let mut parts = Vec::new();
        for part in path.split('/') {
            parts.push(if part.starts_with('{') { at.next().expect("a part of the path") } else { part });
        }
        let query = at.next().unwrap_or_default();
        let request = self.http.request(method, format!("{}{}{query}", self.base, parts.join("/")));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// Goes one step, with a JSON body or none; the answer's value.
    pub async fn go(&mut self, step: &str, at: &[&str], token: &str, body: Value) -> Value {
        let (id, status) = parsed(step);
        let mut request = self.request(id, at, token);
        if !body.is_null() {
            if status < 300 {
                let (.., operation) = self.operation(id);
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let found = misfits(&self.document, schema, &body, step);
                assert!(found.is_empty(), "the server takes what the document does not: {found:#?}");
            }
            request = request.json(&body);
        }
        self.answer(step, request).await
    }

    /// Sends a request and holds its answer against the document; the answer's value.
    pub async fn answer(&mut self, step: &str, request: RequestBuilder) -> Value {
        let (response, content) = self.begun(step, request).await;
        let (media_type, fails) = (media_type_of(&response), response.status().as_u16() >= 400);
        let text = response.text().await.expect("text");
        if fails {
            assert_private(&text);
        }
        if content.is_null() {
            assert_eq!(text, "", "{step}: no body is described");
            return Value::Null;
        }
        let described = &content[&media_type];
        assert!(described.is_object(), "{step}: {media_type} is not described");
        if !media_type.ends_with("json") {
            return Value::String(text);
        }
        let value = serde_json::from_str(&text).expect("JSON");
        let found = misfits(&self.document, &described["schema"], &value, step);
        assert!(found.is_empty(), "{found:#?}");
        value
    }

    /// Sends a request; its answer up to the headers, and the content that the document describes.
    pub async fn begun(&mut self, step: &str, request: RequestBuilder) -> (Response, Value) {
        let (id, status) = parsed(step);
        let (.., operation) = self.operation(id);
        let response = request.send().await.expect("answers");
        let is = response.status().as_u16();
        if is != status {
            panic!("{step}: {is}: {}", response.text().await.unwrap_or_default());
        }
        let described = &operation["responses"][status.to_string()];
        assert!(described.is_object(), "{step}: this status is not described");
        for name in ALWAYS {
            let is_described = described["headers"].get(name).is_some();
            assert!(!is_described || response.headers().contains_key(name), "{step}: no {name}");
        }
        self.met.entry(id.to_owned()).or_default().insert(status);
        (response, described["content"].clone())
    }

    /// Operations that the document describes and the walk has seen no success of.
    pub fn left_out(&self) -> Vec<&str> {
        let ids = operations(&self.document).into_iter().filter_map(|(.., one)| one["operationId"].as_str());
        let succeeded = |id: &str| self.met.get(id).is_some_and(|all| all.iter().any(|status| *status < 400));
        ids.filter(|id| !succeeded(id)).collect()
    }
}

fn media_type_of(response: &Response) -> String {
    let said = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().to_owned()
}
