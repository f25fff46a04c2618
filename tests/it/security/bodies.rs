//! Bodies without an end and without a bottom: they are refused, take no memory, and hurt no one else.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::requests::{answer, http, post};
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
    let hook = hook.find("/hook/").map_or("", |at| &hook[at..]).to_owned();
    let token = world.ann.token().expect("a token").to_owned();
    let chunk = format!("{CHUNK:x}\r\n{}\r\n", " ".repeat(CHUNK)).into_bytes();
    for path in ["/auth/dev", "/api/communities", hook.as_str()] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        );
        let endless = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
        let long = format!("{head}Content-Length: {}\r\n\r\n", 1_u64 << 30);
        for (head, piece) in [(endless, chunk.clone()), (long, vec![b' '; CHUNK])] {
            let (said, sent) = flooded(&world, &head, piece).await;
            assert!(said.starts_with("HTTP/1.1 413 "), "{path}: {said}");
            assert!(sent < MOST, "{path}: the server went on to read");
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
            let answer = answer(post(&world, "application/json", body)).await;
            let (status, problem) = (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"));
            assert!([400, 422].contains(&status), "{field}: {status} {problem}");
        }
        for path in ["", "/slack", "/github"] {
            let body = format!(r#"{{"text":"x","content":{deep}}}"#);
            let sent = http().post(format!("{hook}{path}")).header("content-type", "application/json");
            let status = answer(sent.body(body)).await.status().as_u16();
            assert!(status < 500, "{path}: {status}");
        }
    }
    world.ann.me().await.expect("and serves on");
    world.end().await;
}
