//! Requests as programs without our SDK send them.

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use super::World;
use super::leaks::assert_private;

/// An id of nothing.
pub const NONE: &str = "0197f000-0000-7000-8000-000000000001";

/// Where a request with a cookie may come from that is none of our own pages: other sites, and clients that do not say it.
pub const ELSEWHERE: [&[(&str, &str)]; 5] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[],
];

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

/// The first cookie of an answer, as a browser sends it on.
pub fn cookie(answer: &Response) -> Option<String> {
    let given = answer.headers().get("set-cookie")?.to_str().expect("text");
    given.split(';').next().map(str::to_owned)
}

/// What an address says under a name.
pub fn part_of(address: &str, name: &str) -> String {
    let url = url::Url::parse(address).expect("an address");
    let mut pairs = url.query_pairs();
    pairs.find(|(one, _)| one == name).map(|(_, value)| value.into_owned()).expect("is there")
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
