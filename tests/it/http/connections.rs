//! How long a connection may keep a node waiting.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{DEADLINE, Raw, World};

/// Waits until a head that does not end was given up: a connection that was idle meanwhile was idle for longer than a head may take.
async fn outlast_a_head(world: &World) {
    let mut other = Raw::to(world.server.addr()).await;
    other.send("GET /livez HTTP/1.1\r\nHost:").await;
    assert_eq!(other.answer().await.status, 408);
}

#[tokio::test]
async fn an_idle_connection_outlives_a_head_that_does_not_end() {
    let world = World::with(|config| config.http.header_timeout_s = 1).await;
    let mut raw = Raw::to(world.server.addr()).await;
    for _ in 0..2 {
        outlast_a_head(&world).await;
        raw.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert_eq!(raw.answer().await.status, 200);
    }
    outlast_a_head(&world).await;
    raw.send("GET /livez HTTP/1.1\r\nHost:").await;
    let told = raw.answer().await;
    let headers = ["connection", "content-type", "x-content-type-options"].map(|name| told.header(name));
    assert_eq!(told.status, 408);
    assert_eq!(headers, [Some("close"), Some("application/problem+json"), Some("nosniff")]);
    let problem: Value = serde_json::from_str(&told.body).expect("a problem document");
    assert_eq!(
        (problem["code"].as_str(), problem["trace_id"].as_str()),
        (Some("request_timeout"), told.header("x-trace-id"))
    );
    assert!(raw.is_closed_within(DEADLINE).await);
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send("GET /livez HTTP/1.1\r\nno colon\r\n\r\n").await;
    let told = raw.answer().await;
    assert_eq!((told.status, told.header("content-type")), (400, Some("application/problem+json")));
    world.end().await;
}

#[tokio::test]
async fn slow_headers_are_cut_off() {
    let world = World::with(|config| config.http.header_timeout_s = 1).await;
    let mut stream = tokio::net::TcpStream::connect(world.server.addr()).await.expect("connects");
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost:").await.expect("writes");
    let mut all = Vec::new();
    let ended = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut all)).await;
    assert!(ended.is_ok(), "a client that sends no head is cut off");
    world.end().await;
}
