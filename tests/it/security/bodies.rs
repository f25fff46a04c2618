//! Bodies without an end and without a bottom: they are refused, take no memory, and hurt no one else.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::requests::{answer, http, post, post_hook, problem};
use crate::support::{DEADLINE, Raw, World};

/// More than the server and both kernels take of a body that is too large.
const MOST: usize = 96 << 20;
/// A chunk of 64 KiB.
const CHUNK: usize = 64 << 10;
/// So deep no parser may follow by calling itself.
const DEPTH: usize = 200_000;

/// Sends pieces after a head until the server takes no more: the first line of its answer, and how much it took.
async fn flooded(world: &World, head: &str, piece: Vec<u8>) -> (String, usize) {
    let Raw(stream) = Raw::to(world.server.addr()).await;
    let (mut reads, mut writes) = stream.into_split();
    writes.write_all(head.as_bytes()).await.expect("writes");
    let sending = tokio::spawn(async move {
        let mut sent = 0;
        while sent < MOST && writes.write_all(&piece).await.is_ok() {
            sent += piece.len();
        }
        sent
    });
    let (mut said, mut bytes) = (Vec::new(), vec![0; 4096]);
    while !String::from_utf8_lossy(&said).contains("\r\n") {
        let reading = tokio::time::timeout(DEADLINE, reads.read(&mut bytes));
        let read = reading.await.expect("an answer in time").expect("reads");
        assert!(read > 0, "it ended without an answer");
        said.extend_from_slice(&bytes[..read]);
    }
    let sent = tokio::time::timeout(DEADLINE, sending).await.expect("is closed in time").expect("sends");
    let said = String::from_utf8_lossy(&said).into_owned();
    (said.lines().next().unwrap_or_default().to_owned(), sent)
}

#[tokio::test]
async fn a_body_without_an_end_is_refused_and_its_connection_closed() {
    let world = World::new().await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let hook = hook.strip_prefix(&world.base()).expect("is here");
    let token = world.ann.token().expect("a token").to_owned();
    let chunk = format!("{CHUNK:x}\r\n{}\r\n", " ".repeat(CHUNK)).into_bytes();
    let [messages, files] =
        ["messages", "attachments"].map(|what| format!("/api/channels/{}/{what}", world.general.id));
    let (json, form) = ("application/json", "multipart/form-data; boundary=x");
    for (path, kind) in [
        ("/auth/dev", json),
        ("/api/communities", json),
        (messages.as_str(), json),
        (files.as_str(), form),
        (hook, json),
        (hook, form),
        // It takes no POST: what is not read does not matter.
        ("/api/me", json),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n"
        );
        let endless = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
        let long = format!("{head}Content-Length: {}\r\n\r\n", 1_u64 << 30);
        for (head, piece) in [(endless, chunk.clone()), (long, vec![b' '; CHUNK])] {
            let (said, sent) = flooded(&world, &head, piece).await;
            let expected = if path == "/api/me" { "HTTP/1.1 405 " } else { "HTTP/1.1 413 " };
            assert!(said.starts_with(expected), "{path} {kind}: {said}");
            assert!(sent < MOST, "{path} {kind}: the server went on to read");
        }
    }
    world.ann.me().await.expect("and serves on");
    world.end().await;
}

#[tokio::test]
async fn json_without_a_bottom_is_refused() {
    let world = World::new().await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let open = ["[".repeat(DEPTH), r#"{"a":"#.repeat(DEPTH)];
    let closed = [
        format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH)),
        format!(r#"{}1{}"#, r#"{"a":"#.repeat(DEPTH / 2), "}".repeat(DEPTH / 2)),
    ];
    for deep in open.iter().chain(&closed) {
        for field in ["body_md", "poll", "unknown"] {
            let body = format!(r#"{{"{field}":{deep}}}"#);
            let (status, problem) = problem(post(&world, "application/json", body)).await;
            assert!([400, 422].contains(&status), "{field}: {status} {problem}");
        }
        let (status, problem) = problem(post(&world, "application/json", deep.clone())).await;
        assert!([400, 422].contains(&status), "{status} {problem}");
        for path in ["", "/slack", "/github"] {
            for body in [
                deep.clone(),
                format!(r#"{{"text":"x","content":{deep}}}"#),
                format!(r#"{{"blocks":{deep}}}"#),
            ] {
                let sent = http().post(format!("{hook}{path}")).header("content-type", "application/json");
                let status = answer(sent.body(body)).await.status().as_u16();
                assert!(status < 500, "{path}: {status}");
            }
        }
    }
    assert_eq!(post_hook(&hook, &json!({ "text": "goes on" })).await, 200);
    let said = serde_json::to_string(&world.history().await).expect("JSON");
    assert!(said.len() < 64 * 1024, "nothing of it was kept: {} bytes", said.len());
    world.end().await;
}
