//! What requests say, what answers become, and which requests are sent again.

use std::time::Duration;

use ajet_protocol::Code;
use reqwest::Method;
use serde_json::{Value, json};

use crate::test_server::{Script, TestServer, answer};
use crate::{Error, Retries};

const TRACE: &str = "0190a5a0-0000-7000-8000-000000000001";

fn problem(status: u16, code: &str) -> String {
    json!({
        "type": "about:blank", "title": "No", "status": status, "code": code, "detail": "no", "trace_id": TRACE,
        "errors": [{ "field": "name", "code": "too_long", "message": "is too long" }],
    })
    .to_string()
}

/// AC-T1
#[tokio::test]
async fn a_request_shows_the_token_and_the_trace_id() {
    let server = TestServer::with(vec![answer(200, "", "{}")]).await;
    let client = server.client().with_token("secret").with_trace_id(TRACE);
    client.get::<Value>("/api/me").await.expect("answers");
    let asked = server.asked().remove(0);
    assert!(asked.starts_with("get /api/me http/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: bearer secret\r\n"), "{asked}");
    assert!(asked.contains(&format!("x-trace-id: {TRACE}\r\n")), "{asked}");
    assert!(!format!("{client:?}").contains("secret"));
}

/// AC-T2
#[tokio::test]
async fn a_request_without_a_token_shows_none() {
    let server = TestServer::with(vec![answer(200, "", "{}")]).await;
    server.client().get::<Value>("/api/me").await.expect("answers");
    let asked = server.asked().remove(0);
    assert!(!asked.contains("authorization") && !asked.contains("x-trace-id"), "{asked}");
}

/// AC-T3
#[tokio::test]
async fn json_is_read_as_it_was_written() {
    let said =
        json!({ "text": "grüße \u{1f980} \"quoted\"\n", "list": [1, null, true], "inner": { "a": "b" } });
    let server = TestServer::with(vec![answer(200, "", &said.to_string())]).await;
    let told: Value = server.client().send(Method::POST, "/x", Some(&said), false).await.expect("answers");
    assert_eq!(told, said);
    let asked = server.asked().remove(0);
    let (_, body) = asked.split_once("\r\n\r\n").expect("a body");
    assert_eq!(serde_json::from_str::<Value>(body).expect("JSON"), said);
}

/// AC-T4
#[tokio::test]
async fn a_refusal_says_what_is_wrong() {
    let scripts = vec![answer(422, "", &problem(422, "invalid")), answer(404, "", "not here")];
    let server = TestServer::with(scripts).await;
    let refused = server.client().get::<Value>("/x").await.expect_err("refused");
    assert_eq!((refused.status(), refused.code()), (Some(422), Some(Code::Invalid)));
    assert_eq!(refused.fields()[0].field, "name");
    assert_eq!(refused.trace_id().map(|id| id.to_string()).as_deref(), Some(TRACE));
    match server.client().get::<Value>("/x").await {
        Err(Error::Status { status: 404, body }) => assert_eq!(body, "not here"),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.asked().len(), 2, "no refusal is asked for again");
}

/// AC-T5
#[tokio::test]
async fn a_failure_of_the_server_says_its_status_and_body() {
    let scripts = vec![answer(502, "", "a gateway says so"), answer(500, "", &problem(500, "internal"))];
    let server = TestServer::with(scripts).await;
    let once = server.client().with_retries(Retries::none());
    match once.get::<Value>("/x").await {
        Err(Error::Status { status: 502, body }) => assert_eq!(body, "a gateway says so"),
        other => panic!("{other:?}"),
    }
    let failed = once.get::<Value>("/x").await.expect_err("fails");
    assert_eq!((failed.status(), failed.code()), (Some(500), Some(Code::Internal)));
}

/// AC-T14
#[tokio::test]
async fn what_passes_is_tried_up_to_three_times_more() {
    let away = || answer(503, "", &problem(503, "unavailable"));
    let server = TestServer::with(vec![away(), away(), away(), answer(200, "", "7")]).await;
    assert_eq!(server.client().get::<u8>("/x").await.expect("in the end"), 7);
    assert_eq!(server.asked().len(), 4);
    let server = TestServer::with(vec![away(), away(), away(), away(), answer(200, "", "7")]).await;
    let failed = server.client().get::<u8>("/x").await.expect_err("it goes on too long");
    assert_eq!(failed.code(), Some(Code::Unavailable));
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_lost_connection_is_tried_again_where_that_is_safe() {
    let lost = || Script::Say(String::new());
    let server = TestServer::with(vec![lost(), answer(200, "", "7")]).await;
    assert_eq!(server.client().get::<u8>("/x").await.expect("in the end"), 7);
    let server = TestServer::with(vec![lost(), answer(204, "", "")]).await;
    server.client().send_empty(Method::DELETE, "/x").await.expect("in the end");
    let server = TestServer::with(vec![lost(), answer(200, "", "7")]).await;
    let once = server.client().send::<u8>(Method::POST, "/x", None::<&()>, false).await;
    assert!(matches!(once, Err(Error::Transport(_))), "{once:?}");
    assert_eq!(server.asked().len(), 1, "it may have been done");
}

#[tokio::test]
async fn a_write_that_made_the_server_fail_is_not_sent_again() {
    let fails = || answer(500, "", &problem(500, "internal"));
    let server = TestServer::with(vec![fails(), answer(204, "", "")]).await;
    server.client().send_empty(Method::PUT, "/x").await.expect_err("fails");
    assert_eq!(server.asked().len(), 1);
    let server = TestServer::with(vec![fails(), answer(200, "", "7")]).await;
    assert_eq!(server.client().get::<u8>("/x").await.expect("a read is"), 7);
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_for_the_caller() {
    let limited = answer(429, "retry-after: 60\r\n", &problem(429, "rate_limited"));
    let server = TestServer::with(vec![limited, answer(200, "", "7")]).await;
    let refused = server.client().get::<u8>("/x").await.expect_err("refused");
    assert_eq!(refused.code(), Some(Code::RateLimited));
    let soon = answer(429, "retry-after: 0\r\n", &problem(429, "rate_limited"));
    let server = TestServer::with(vec![soon, answer(200, "", "7")]).await;
    assert_eq!(server.client().get::<u8>("/x").await.expect("in the end"), 7);
}

/// AC-T15
#[tokio::test]
async fn a_request_takes_no_longer_than_it_may() {
    let server = TestServer::with(vec![Script::SayAndStay(String::new())]).await;
    let client = server.client().with_timeout(Duration::from_millis(50)).with_retries(Retries::none());
    let late = client.get::<Value>("/x").await.expect_err("no answer comes");
    assert!(late.is_timeout() && late.is_passing(), "{late:?}");
}
