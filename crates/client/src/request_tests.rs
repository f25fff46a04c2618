//! What requests say, what answers become, and which requests are sent again.

use std::time::Duration;

use ajet_protocol::{ChannelId, Code, PostMessage};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_server::{Script, TestServer, answer};
use crate::{Client, Error, Retries};

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
async fn what_was_removed_by_a_try_without_an_answer_is_done() {
    let lost = || Script::Say(String::new());
    let gone = || answer(404, "", &problem(404, "not_found"));
    let server = TestServer::with(vec![lost(), gone()]).await;
    server.client().send_empty(Method::DELETE, "/x").await.expect("the first try has done it");
    let server = TestServer::with(vec![lost(), gone()]).await;
    server.client().leave(ChannelId(Uuid::nil())).await.expect("the first try has done it");
    let limited = answer(429, "retry-after: 0\r\n", &problem(429, "rate_limited"));
    for scripts in [vec![gone()], vec![limited, gone()]] {
        let server = TestServer::with(scripts).await;
        let refused = server.client().send_empty(Method::DELETE, "/x").await.expect_err("no try has begun");
        assert_eq!(refused.code(), Some(Code::NotFound));
    }
    let server = TestServer::with(vec![lost(), gone()]).await;
    let refused = server.client().send_empty(Method::PUT, "/x").await.expect_err("it is not there");
    assert_eq!(refused.code(), Some(Code::NotFound), "nothing was removed");
}

/// Who is told that the server can't be reached takes it that nothing was done.
#[tokio::test]
async fn a_try_that_may_have_been_done_is_told_of_before_one_that_was_not() {
    let is_refused = |error: &Error| matches!(error, Error::Transport(error) if error.is_connect());
    let server = TestServer::with(vec![Script::Leave]).await;
    let lost = server.client().send_empty(Method::PUT, "/x").await.expect_err("there is no answer");
    assert!(!is_refused(&lost), "{lost:?}");
    let server = TestServer::with(vec![Script::Leave]).await;
    let away = server.client().get::<Value>("/x").await.expect_err("there is no answer");
    assert!(is_refused(&away), "of a read the last failure is told: {away:?}");
    let limited = answer(429, "retry-after: 60\r\n", &problem(429, "rate_limited"));
    let server = TestServer::with(vec![Script::Say(String::new()), limited]).await;
    let lost = server.client().send_empty(Method::PUT, "/x").await.expect_err("there is no answer");
    assert!(matches!(lost, Error::Transport(_)), "{lost:?}");
    let refused = server.client().at("http://127.0.0.1:1").send_empty(Method::PUT, "/x").await;
    assert!(refused.is_err_and(|error| is_refused(&error)), "no try has begun");
}

#[tokio::test]
async fn what_was_one_too_many_is_sent_again_whatever_it_does() {
    let limited = || answer(429, "retry-after: 0\r\n", &problem(429, "rate_limited"));
    let server = TestServer::with(vec![limited(), answer(200, "", "7")]).await;
    let told = server.client().send::<u8>(Method::POST, "/x", None::<&()>, false).await;
    assert_eq!(told.expect("in the end"), 7);
    let server = TestServer::with(vec![limited(), answer(204, "", "")]).await;
    server.client().send_empty(Method::POST, "/x").await.expect("in the end");
}

/// The key of a request to the test server, from its header or its body.
fn key_in(asked: &str) -> String {
    let header = asked.lines().find_map(|line| line.strip_prefix("idempotency-key: "));
    let (_, body) = asked.split_once("\r\n\r\n").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    header.or(body["client_mutation_id"].as_str()).expect("a key").to_owned()
}

#[tokio::test]
async fn what_makes_something_is_sent_again_under_one_key() {
    let (lost, refused) = (|| Script::Say(String::new()), || answer(403, "", &problem(403, "forbidden")));
    let room = ChannelId(Uuid::nil());
    let server = TestServer::with(vec![lost(), refused(), refused()]).await;
    let post = PostMessage { body_md: "hello".into(), ..PostMessage::default() };
    server.client().post(room, &post).await.expect_err("is refused");
    server.client().create_webhook(room, "CI").await.expect_err("is refused");
    let keys: Vec<_> = server.asked().iter().map(|asked| key_in(asked)).collect();
    assert_eq!(keys[0], keys[1], "it was sent again");
    assert_ne!(keys[1], keys[2], "another call makes something else");
    let server = TestServer::with(vec![refused()]).await;
    let post = PostMessage { client_mutation_id: Some("k".into()), ..post };
    server.client().post(room, &post).await.expect_err("is refused");
    assert_eq!(key_in(&server.asked()[0]), "k");
    assert!(!server.asked()[0].contains("idempotency-key"), "the caller's own key is enough");
}

#[tokio::test]
async fn a_file_is_sent_again_under_one_key() {
    let refused = answer(403, "", &problem(403, "forbidden"));
    let server = TestServer::with(vec![Script::Say(String::new()), refused]).await;
    server.client().upload(ChannelId(Uuid::nil()), ("a.txt", b"a"), None).await.expect_err("is refused");
    let asked = server.asked();
    let body = |asked: &str| asked.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    assert!(asked[0].contains("name=\"client_mutation_id\""), "{}", asked[0]);
    assert_eq!(body(&asked[0]), body(&asked[1]));
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

/// A write too: what it did is done, or the server knows it by its key.
#[tokio::test]
async fn a_request_that_got_no_answer_in_time_is_sent_again_where_that_is_safe() {
    let silent = || Script::SayAndStay(String::new());
    let soon = |server: &TestServer| server.client().with_timeout(Duration::from_millis(500));
    let server = TestServer::with(vec![silent(), answer(200, "", "7")]).await;
    assert_eq!(soon(&server).get::<u8>("/x").await.expect("in the end"), 7);
    let server = TestServer::with(vec![silent(), answer(204, "", "")]).await;
    soon(&server).send_empty(Method::PUT, "/x").await.expect("in the end");
    assert_eq!(server.asked().len(), 2);
    let server = TestServer::with(vec![silent(), silent(), answer(200, "", "7")]).await;
    let twice = soon(&server).with_retries(Retries { tries: 2, ..Retries::default() });
    let late = twice.get::<u8>("/x").await.expect_err("it goes on too long");
    assert!(late.is_timeout(), "{late:?}");
    assert_eq!(server.asked().len(), 2);
    let server = TestServer::with(vec![silent(), answer(200, "", "7")]).await;
    let once = soon(&server).send::<u8>(Method::POST, "/x", None::<&()>, false).await;
    assert!(once.is_err_and(|error| error.is_timeout()));
    assert_eq!(server.asked().len(), 1, "it may have been done");
}

/// AC-12
#[test]
fn a_request_may_take_ten_seconds_unless_it_is_set_otherwise() {
    let client = Client::new("http://127.0.0.1:1").expect("a client");
    assert_eq!(client.timeout, Duration::from_secs(10));
    let other = Duration::from_secs(3);
    assert_eq!(client.with_timeout(other).timeout, other);
}

/// AC-T15
#[tokio::test]
async fn a_request_takes_no_longer_than_it_may() {
    let server = TestServer::with(vec![Script::SayAndStay(String::new())]).await;
    let client = server.client().with_timeout(Duration::from_millis(50)).with_retries(Retries::none());
    let late = client.get::<Value>("/x").await.expect_err("no answer comes");
    assert!(late.is_timeout() && late.is_passing(), "{late:?}");
}
