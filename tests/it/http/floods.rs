//! Bodies that are meant to fill a node: too large, without an end, too deep. Each is refused after little of it, by its answer or by the
//! end of its connection, and takes no memory that stays.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::requests::{post, post_hook, problem};
use crate::support::{DEADLINE, Raw, World};

/// No body is read further than this, whatever becomes of it, with what the sockets hold.
const READ_AT_MOST: usize = 40 << 20;
const GIGABYTE: usize = 1 << 30;

/// How a request was answered whose body went on until the other side had enough, and how much of it was sent.
async fn flooded(world: &World, head: &str, piece: &[u8]) -> (u16, usize) {
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(head).await;
    let (mut reader, mut writer) = raw.0.split();
    let (mut said, mut sent, mut bytes) = (Vec::new(), 0, vec![0; 4096]);
    let flooding = async {
        loop {
            tokio::select! {
                biased;
                read = reader.read(&mut bytes) => match read {
                    Ok(read @ 1..) => said.extend_from_slice(&bytes[..read]),
                    // The connection is over.
                    _ => return,
                },
                written = writer.write(piece) => match written {
                    Ok(written) if sent < GIGABYTE => sent += written,
                    _ => return,
                },
            }
        }
    };
    tokio::time::timeout(DEADLINE, flooding).await.expect("it is cut off in time");
    let said = String::from_utf8_lossy(&said).into_owned();
    let status = said.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("no answer after {sent} bytes: {said:?}")), sent)
}

fn head(world: &World, path: &str, kind: &str, length: &str) -> String {
    let token = world.bob.token().expect("a token");
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n{length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_gigabyte_and_a_body_without_an_end_are_cut_off_after_little_of_them() {
    let world = World::new().await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let hook = hook.strip_prefix(&world.base()).expect("is here").to_owned();
    let messages = format!("/api/channels/{}/messages", world.general.id);
    let files = format!("/api/channels/{}/attachments", world.general.id);
    let (json, form) = ("application/json", "multipart/form-data; boundary=x");
    let (announced, chunked) =
        (format!("Content-Length: {GIGABYTE}"), "Transfer-Encoding: chunked".to_owned());
    let body = vec![b'x'; 16 * 1024];
    let mut chunk = b"4000\r\n".to_vec();
    chunk.extend_from_slice(&body);
    chunk.extend_from_slice(b"\r\n");
    for (path, kind) in [
        (messages.as_str(), json),
        (files.as_str(), form),
        (hook.as_str(), json),
        (hook.as_str(), form),
        ("/api/me", json),
    ] {
        for (length, piece) in [(&announced, &body), (&chunked, &chunk)] {
            let (status, sent) = flooded(&world, &head(&world, path, kind, length), piece).await;
            assert!([405, 413].contains(&status), "{path} {kind} {length}: {status}");
            assert!(sent < READ_AT_MOST, "{path} {kind} {length}: {sent} bytes were taken");
        }
    }
    world.ann.me().await.expect("the node goes on");
    world.end().await;
}

#[tokio::test]
async fn deep_json_is_refused_wherever_any_is_taken() {
    const DEPTH: usize = 100_000;
    let world = World::new().await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(DEPTH), "}".repeat(DEPTH));
    for body in [
        deep.clone(),
        objects.clone(),
        format!(r#"{{"body_md":{deep}}}"#),
        format!(r#"{{"poll":{objects}}}"#),
    ] {
        let (status, problem) = problem(post(&world, "application/json", body)).await;
        assert!([400, 422].contains(&status), "{status} {problem}");
    }
    for body in [
        deep.clone(),
        objects.clone(),
        format!(r#"{{"blocks":{deep}}}"#),
        format!(r#"{{"text":"x","x":{objects}}}"#),
    ] {
        let sent = reqwest::Client::new().post(&hook).header("content-type", "application/json").body(body);
        let status = sent.send().await.expect("answers").status().as_u16();
        assert!([200, 400].contains(&status), "{status}");
    }
    assert_eq!(post_hook(&hook, &json!({ "text": "goes on" })).await, 200);
    let said: Value = serde_json::to_value(world.history().await).expect("JSON");
    assert!(said.to_string().len() < 16 * 1024, "nothing of it was kept");
    world.end().await;
}
