//! Requests as programs without our SDK send them.

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use super::World;
use super::leaks::assert_private;

pub fn http() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

/// A request of ann's.
pub fn ann(world: &World, method: Method, path: &str) -> RequestBuilder {
    let token = world.ann.token().expect("a token");
    http().request(method, format!("{}{path}", world.base())).bearer_auth(token)
}

/// A message of ann's, whose body is sent as it is.
pub fn post(world: &World, content_type: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let path = format!("/api/channels/{}/messages", world.general.id);
    ann(world, Method::POST, &path).header("content-type", content_type).body(body)
}

pub async fn answer(request: RequestBuilder) -> Response {
    request.send().await.expect("answers")
}

pub async fn status(request: RequestBuilder) -> u16 {
    answer(request).await.status().as_u16()
}

/// The status of an answer and its problem document.
pub async fn problem(request: RequestBuilder) -> (u16, Value) {
    let answer = answer(request).await;
    let (status, told) = (answer.status().as_u16(), answer.text().await.expect("a body"));
    assert_private(&told);
    (status, serde_json::from_str(&told).expect("a problem document"))
}

pub fn fields(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().expect("errors").iter();
    errors.filter_map(|error| Some((error["field"].as_str()?, error["code"].as_str()?))).collect()
}

/// The status that a webhook answers a payload with.
pub async fn post_hook(url: &str, payload: &Value) -> u16 {
    reqwest::Client::new().post(url).json(payload).send().await.expect("answers").status().as_u16()
}

/// The head of a request under a token, to be sent as it is.
pub fn bearer(token: &str, line: &str) -> String {
    format!("{line}\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n")
}
