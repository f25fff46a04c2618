//! Clients that take their time (slowloris): heads and bodies that come byte by byte, and never stand still for long. How long the whole takes is what
//! counts, so they are cut off all the same; others are served meanwhile.

use futures::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{DEADLINE, POLL, Raw, World, eventually, text};

/// Slow clients at once.
const CROWD: usize = 60;
/// Fewer places than that.
const PLACES: usize = 40;
/// What others do meanwhile.
const POSTS: usize = 20;

/// Sends a byte now and then, until the other side has answered and closed: the status of the answer.
async fn dripped(Raw(mut stream): Raw) -> u16 {
    let dripping = tokio::time::timeout(DEADLINE, drip(&mut stream));
    let said = dripping.await.expect("it is cut off in time");
    let status = said.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no answer: {said:?}"))
}

async fn drip(stream: &mut TcpStream) -> String {
    let (mut said, mut bytes) = (Vec::new(), vec![0; 4096]);
    loop {
        match tokio::time::timeout(POLL, stream.read(&mut bytes)).await {
            Ok(Ok(read @ 1..)) => said.extend_from_slice(&bytes[..read]),
            // Closed, with or without a word.
            Ok(_) => break,
            Err(_) if said.is_empty() => {
                // What can't be written any more, the next read tells.
                let _ = stream.write_all(b"x").await;
            }
            Err(_) => {}
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// Clients that have begun a request's head.
async fn slow_heads(world: &World) -> Vec<Raw> {
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        let mut raw = Raw::to(world.server.addr()).await;
        raw.send("GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
        crowd.push(raw);
    }
    crowd
}

/// What others do is done, however many are slow.
async fn others_are_served(world: &World) {
    for n in 0..POSTS {
        let body = format!("meanwhile {n}");
        world.ann.post(world.general.id, &text(&body)).await.expect("is taken");
    }
    let history = world.history().await;
    assert!(history.iter().any(|message| message.body_md == format!("meanwhile {}", POSTS - 1)));
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off_and_others_are_served() {
    let world = World::with(|config| config.http.header_timeout_s = 1).await;
    let crowd = slow_heads(&world).await;
    let dripping = join_all(crowd.into_iter().map(dripped));
    let (statuses, ()) = tokio::join!(dripping, others_are_served(&world));
    assert!(statuses.iter().all(|status| *status == 408), "{statuses:?}");
    world.end().await;
}

#[tokio::test]
async fn slow_clients_hold_no_place_for_good() {
    let world = World::with(|config| {
        config.http.header_timeout_s = 1;
        config.http.max_connections = PLACES;
    })
    .await;
    let crowd = slow_heads(&world).await;
    let statuses = join_all(crowd.into_iter().map(dripped)).await;
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!(count(408) + count(503), CROWD, "{statuses:?}");
    assert!(count(503) >= CROWD - PLACES, "who finds no place is told so: {statuses:?}");
    eventually("there is room again", async || world.ann.me().await.is_ok()).await;
    others_are_served(&world).await;
    world.end().await;
}

#[tokio::test]
async fn a_body_that_drips_is_given_up_wherever_one_is_taken() {
    let world = World::new().await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let hook = hook.strip_prefix(&world.base()).expect("is here").to_owned();
    let (host, token) = (world.server.addr(), world.bob.token().expect("a token"));
    let messages = format!("/api/channels/{}/messages", world.general.id);
    let files = format!("/api/channels/{}/attachments", world.general.id);
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let mut crowd = Vec::new();
    for (path, kind, begun) in [
        (messages.as_str(), json, "{\"body_md\":\""),
        (hook.as_str(), json, "{\"text\":\""),
        ("/auth/dev", json, "{\"username\":\""),
        ("/sign-in", form, "username="),
        ("/auth/device", form, "client_id="),
        (
            files.as_str(),
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n",
        ),
    ] {
        let mut raw = Raw::to(world.server.addr()).await;
        raw.send(format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: 100000\r\n\r\n{begun}"
        ))
        .await;
        crowd.push((path.to_owned(), raw));
    }
    let dripping = join_all(crowd.into_iter().map(|(path, raw)| async move { (path, dripped(raw).await) }));
    let (statuses, ()) = tokio::join!(dripping, others_are_served(&world));
    assert!(statuses.iter().all(|(_, status)| *status == 408), "{statuses:?}");
    world.end().await;
}
