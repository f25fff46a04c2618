//! Live streams as bytes on their connection: other clients than browsers, readers that stop reading, ends.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{DEADLINE, Raw, World, covers, eventually, everything_before_now, next, text};

/// So little fits into the kernel's buffer of a reader that does not read.
const RECEIVE_BUFFER: u32 = 4096;

/// Bob's connection for a stream, with a session of his own.
struct Reader {
    token: String,
    connection: TcpStream,
}

impl Reader {
    async fn of(world: &World) -> Self {
        let (client, _) = world.nobody.sign_in("bob").await.expect("signs in");
        let token = client.token().expect("a token").to_owned();
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(RECEIVE_BUFFER).expect("is set");
        Self { token, connection: socket.connect(world.server.addr()).await.expect("connects") }
    }

    async fn ask(&mut self, first_line: &str) {
        let request = format!("{first_line}\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", self.token);
        self.connection.write_all(request.as_bytes()).await.expect("writes");
    }

    /// Reads until something was said; all that was said.
    async fn read_until(&mut self, wanted: &str) -> String {
        // In all: a stream that lives says so again and again.
        tokio::time::timeout(DEADLINE * 2, self.reads_until(wanted)).await.expect("in time")
    }

    async fn reads_until(&mut self, wanted: &str) -> String {
        let (mut said, mut bytes) = (Vec::new(), vec![0; 64 * 1024]);
        loop {
            let reading = tokio::time::timeout(DEADLINE, self.connection.read(&mut bytes));
            let read = reading.await.expect("in time").expect("reads");
            assert!(read > 0, "it ended before {wanted:?}");
            let looked_at = said.len().saturating_sub(wanted.len());
            said.extend_from_slice(&bytes[..read]);
            if String::from_utf8_lossy(&said[looked_at..]).contains(wanted) {
                return String::from_utf8_lossy(&said).into_owned();
            }
        }
    }

    /// Reads nothing until nothing more fits in.
    async fn get_stuck(world: &World) -> Self {
        let mut reader = Self::of(world).await;
        reader.ask("GET /api/events HTTP/1.1").await;
        let sessions = &world.server.app().node.sessions;
        eventually("the stream is open", async || sessions.open() == 1).await;
        let (body, mut posted) = ("x".repeat(4000), 0);
        while world.server.app().node.feeds().late() == 0 {
            world.ann.post(world.general.id, &text(&body)).await.expect("others are not held up");
            posted += 1;
            assert!(posted < 5000, "something fits in for ever");
        }
        assert_eq!(sessions.open(), 1, "its stream is still there, with what it has not taken");
        reader
    }
}

#[tokio::test]
async fn an_http_1_0_client_gets_a_plain_body() {
    let world = World::new().await;
    let mut reader = Reader::of(&world).await;
    reader.ask("GET /api/events HTTP/1.0").await;
    let said = reader.read_until("event: ready").await;
    assert!(!said.contains("transfer-encoding") && said.contains("\r\n\r\nretry: "), "{said}");
    assert!(said.contains("\r\ndate: ") && said.contains("connection: close"), "{said}");
    world.end().await;
}

#[tokio::test]
async fn a_head_request_keeps_its_connection() {
    let world = World::new().await;
    let mut reader = Reader::of(&world).await;
    reader.ask("HEAD /api/events HTTP/1.1").await;
    let said = reader.read_until("\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("\r\n\r\n"), "{said}");
    reader.ask("GET /api/me HTTP/1.1").await;
    assert!(reader.read_until("bob").await.starts_with("HTTP/1.1 200"));
    world.end().await;
}

#[tokio::test]
async fn what_comes_before_a_stream_on_its_connection_is_answered() {
    let world = World::new().await;
    let mut reader = Reader::of(&world).await;
    reader.ask("GET /api/me HTTP/1.1").await;
    reader.ask("GET /api/events HTTP/1.1").await;
    let said = reader.read_until("event: ready").await;
    assert_eq!(said.matches("HTTP/1.1 200").count(), 2, "{said}");
    world.end().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_is_forgotten() {
    let world = World::new().await;
    let mut reader = Reader::of(&world).await;
    reader.ask("GET /api/events HTTP/1.1").await;
    reader.read_until("event: ready").await;
    drop(reader);
    eventually("it is forgotten", async || world.server.app().node.sessions.open() == 0).await;
    world.end().await;
}

/// I14.
#[tokio::test]
async fn a_sign_out_ends_a_stream_that_is_not_read() {
    let world = World::with(|config| config.events.window_mib = 1).await;
    let mut reader = Reader::get_stuck(&world).await;
    world.nobody.with_token(&reader.token).sign_out().await.expect("signs out");
    eventually("the stream is gone", async || world.server.app().node.sessions.open() == 0).await;
    let mut rest = Vec::new();
    let ending = tokio::time::timeout(DEADLINE, reader.connection.read_to_end(&mut rest));
    ending.await.expect("the connection is closed").expect("reads");
    assert!(!String::from_utf8_lossy(&rest).contains("event: resync"), "nothing went out after the sign-out");
    world.end().await;
}

#[tokio::test]
async fn a_stream_that_is_not_read_does_not_hold_up_a_stop() {
    let world = World::with(|config| {
        config.events.window_mib = 1;
        config.http.drain_s = 3600;
    })
    .await;
    let _reader = Reader::get_stuck(&world).await;
    world.law.outbox_drains().await;
    tokio::time::timeout(DEADLINE, world.server.stop()).await.expect("stops");
    world.law.end().await;
}

async fn raw_stream(world: &World) -> tokio::net::TcpStream {
    let http = reqwest::Client::new();
    let signed_in =
        http.post(format!("{}/auth/dev", world.base())).json(&serde_json::json!({"username": "bob"}));
    let signed_in: serde_json::Value = signed_in.send().await.expect("answers").json().await.expect("JSON");
    let token = signed_in["token"].as_str().expect("a token");
    let mut stream = tokio::net::TcpStream::connect(world.server.addr()).await.expect("connects");
    let request = format!("GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("writes");
    stream
}

#[tokio::test]
async fn idle_streams_get_comments_and_headers_for_proxies() {
    let world = World::with(|config| config.events.heartbeat_s = 1).await;
    let mut stream = raw_stream(&world).await;
    let mut seen = String::new();
    let mut bytes = [0; 1024];
    while !seen.contains("\n: ") {
        let read =
            tokio::time::timeout(DEADLINE, stream.read(&mut bytes)).await.expect("in time").expect("reads");
        seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    assert!(
        seen.contains("x-accel-buffering: no") && seen.contains("content-type: text/event-stream"),
        "{seen}"
    );
    assert_eq!(seen.matches("retry: ").count(), 1);
    world.end().await;
}

/// Reads until something was said; all that was said.
async fn read_until(raw: &mut Raw, wanted: &str) -> String {
    let (mut said, mut bytes) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&said).contains(wanted) {
        let read =
            tokio::time::timeout(DEADLINE, raw.0.read(&mut bytes)).await.expect("in time").expect("reads");
        assert!(read > 0, "it ended before {wanted:?}: {}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&bytes[..read]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// A stream that has begun, by the head of its request.
async fn begun(world: &World, head: String) -> Raw {
    let mut raw = Raw::to(world.server.addr()).await;
    raw.send(head).await;
    let head = read_until(&mut raw, "event: ready").await;
    assert!(head.contains("content-type: text/event-stream; charset=utf-8\r\n"), "{head}");
    raw
}

/// Bob's streams: that of programs and that of pages.
async fn both_streams(world: &World) -> [Raw; 2] {
    eventually("there is a cursor", async || {
        !world.server.app().node.feeds().cursors().snapshot().is_empty()
    })
    .await;
    let token = world.bob.token().expect("a token");
    let events = format!("GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    let page = format!("GET /stream HTTP/1.1\r\nHost: x\r\nCookie: ajet_session={token}\r\n\r\n");
    [begun(world, events).await, begun(world, page).await]
}

#[tokio::test]
async fn streams_say_their_charset_and_hold_no_line_ends_but_their_own() {
    const SEPARATORS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    let world = World::new().await;
    let token = world.bob.token().expect("a token");
    let [mut events, mut page] = both_streams(&world).await;
    world.ann.post(world.general.id, &text("Grüße\u{2028}b\u{2029}c\u{85}d end")).await.expect("posts");
    let said = read_until(&mut events, "d end").await;
    assert!(said.contains(r"Grüße\u2028b\u2029c\u0085d end") && !said.contains(SEPARATORS), "{said}");
    let said = read_until(&mut page, "d end").await;
    assert!(said.contains("Grüße&#x2028;b&#x2029;c d end") && !said.contains(SEPARATORS), "{said}");
    // A replay says the same.
    let cursor = said.lines().rev().find_map(|line| line.strip_prefix("id: ")).expect("a cursor").to_owned();
    world.ann.post(world.general.id, &text("again\u{2028}end")).await.expect("posts");
    let mut raw = Raw::to(world.server.addr()).await;
    let head = format!(
        "GET /api/events?last_event_id={cursor} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    raw.send(head).await;
    let said = read_until(&mut raw, r"again\u2028end").await;
    assert!(!said.contains(SEPARATORS), "{said}");
    world.end().await;
}

/// Whatever ends a line in a text: what follows is no field of the stream.
#[tokio::test]
async fn no_text_ends_a_line_of_a_stream() {
    const FIELDS: &str = "a\r\nevent: x\rid: 1\nretry: 1\n\nevent: x\r\revent: x\r\n\r\nevent: x";
    let world = World::new().await;
    let [mut events, mut page] = both_streams(&world).await;
    // As it is, and in a block of code, which shows line ends as they are.
    let hostile = format!("{FIELDS}\n```\n{FIELDS}\n```\nthe end");
    world.ann.post(world.general.id, &text(&hostile)).await.expect("posts");
    for (stream, shown) in [
        (&mut events, r"a\r\nevent: x\rid: 1\nretry: 1\n"),
        (&mut page, "data: event: x\ndata: id: 1\ndata: retry: 1\ndata: \n"),
    ] {
        let said = read_until(stream, "the end").await;
        // A line ends at each of them, for a client.
        let own = said.split(['\r', '\n']).filter(|line| ["event: x", "id: 1", "retry: 1"].contains(line));
        assert_eq!(own.count(), 0, "{said}");
        assert!(said.contains(shown), "{said}");
    }
    world.end().await;
}

/// Posts until a reader that takes nothing has come too late for a frame; the number of the next one.
async fn until_late(world: &World, from: usize) -> usize {
    let filler = "x".repeat(3900);
    for n in from.. {
        world
            .ann
            .post(world.general.id, &text(&format!("<{n}> {filler}")))
            .await
            .expect("others are not held up");
        if world.server.app().node.feeds().late() > 0 {
            return n + 1;
        }
        assert!(n < from + 5000, "something fits in for ever");
    }
    unreachable!("the loop has no end of its own")
}

/// I4, I12: a reader that came too late goes on from the log, and misses nothing.
#[tokio::test]
async fn a_reader_that_came_too_late_goes_on_from_the_log() {
    let world = World::with(|config| config.events.window_mib = 1).await;
    let mut reader = Reader::of(&world).await;
    reader.ask("GET /api/events HTTP/1.1").await;
    eventually("the stream is open", async || world.server.app().node.sessions.open() == 1).await;
    let next = until_late(&world, 0).await;
    world.ann.post(world.general.id, &text("the end of it")).await.expect("posts");
    let said = reader.read_until("the end of it").await;
    let missing: Vec<usize> = (0..next).filter(|n| !said.contains(&format!("<{n}> "))).collect();
    assert!(missing.is_empty() && !said.contains("event: resync"), "missing: {missing:?}");
    world.end().await;
}

/// I12: a reader that comes too late again and again is told to refetch, and its stream ends.
#[tokio::test]
async fn a_reader_that_stays_behind_gets_resync_and_is_closed() {
    let world = World::with(|config| config.events.window_mib = 1).await;
    let mut slow = Reader::of(&world).await;
    slow.ask("GET /api/events HTTP/1.1").await;
    eventually("the slow stream is open", async || world.server.app().node.sessions.open() == 1).await;
    let next = until_late(&world, 0).await;
    // It reads until it has caught up, and stops again.
    let (_, last) = (slow.read_until(&format!("<{}> ", next - 1)).await, until_late(&world, next).await);
    let mut all = Vec::new();
    let reading = tokio::time::timeout(DEADLINE, slow.connection.read_to_end(&mut all));
    reading.await.expect("the stream ends").expect("reads");
    let said = String::from_utf8_lossy(&all);
    let (before, resync) = said.rsplit_once("\nevent: resync\n").expect("the last thing it hears is resync");
    assert!(resync.starts_with("data: {\"reason\":\"behind\"}\n\n"), "{resync}");
    let id = before.rsplit('\n').next().and_then(|line| line.strip_prefix("id: "));
    assert!(id.is_some_and(|id| id.contains('.')), "and from where it goes on: {id:?}");
    assert!(!said.contains(&format!("<{}> ", last - 1)), "and not what came after");
    world.end().await;
}

/// A quiet reader is told now and then where it is, so that it comes back with a young cursor.
#[tokio::test]
async fn a_quiet_reader_is_told_its_cursor() {
    let world = World::with(|config| config.events.heartbeat_s = 1).await;
    let elsewhere = world.channel("elsewhere", ajet_protocol::Visibility::Public).await;
    let mut live = world.bob.live(None).await.expect("opens");
    let ready = next(&mut live).await;
    world.ann.post(elsewhere.id, &text("not for bob")).await.expect("posts");
    let barrier = everything_before_now(&world).await;
    loop {
        let ping = next(&mut live).await;
        assert_eq!((ping.name.as_str(), ping.data.as_str()), ("ping", "{}"));
        assert_ne!(ping.cursor, ready.cursor, "it has moved");
        if covers(&world, &ping.cursor, &barrier).await {
            break;
        }
    }
    world.end().await;
}
