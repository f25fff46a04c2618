//! Live streams as bytes on their connection: other clients than browsers, readers that stop reading, ends.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::world::{DEADLINE, World, eventually, text};

/// So little fits into the kernel's buffer of a reader that does not read.
const RECEIVE_BUFFER: u32 = 4096;

/// Bob at the stream's door, with a session of his own.
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
        let (mut said, mut bytes) = (String::new(), [0; 1024]);
        while !said.contains(wanted) {
            let reading = tokio::time::timeout(DEADLINE, self.connection.read(&mut bytes));
            let read = reading.await.expect("in time").expect("reads");
            assert!(read > 0, "it ended before {wanted:?}: {said}");
            said.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        said
    }

    /// Reads nothing until nothing more fits in.
    async fn get_stuck(world: &World) -> Self {
        let mut reader = Self::of(world).await;
        reader.ask("GET /api/events HTTP/1.1").await;
        let sessions = &world.server.app().node.sessions;
        eventually("the stream is open", async || sessions.open() == 1).await;
        let (body, mut posted) = ("x".repeat(4000), 0);
        while sessions.count() > 0 {
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
}

#[tokio::test]
async fn what_comes_before_a_stream_on_its_connection_is_answered() {
    let world = World::new().await;
    let mut reader = Reader::of(&world).await;
    reader.ask("GET /api/me HTTP/1.1").await;
    reader.ask("GET /api/events HTTP/1.1").await;
    let said = reader.read_until("event: ready").await;
    assert_eq!(said.matches("HTTP/1.1 200").count(), 2, "{said}");
}

#[tokio::test]
async fn a_client_that_hangs_up_is_forgotten() {
    let world = World::new().await;
    let mut reader = Reader::of(&world).await;
    reader.ask("GET /api/events HTTP/1.1").await;
    reader.read_until("event: ready").await;
    drop(reader);
    eventually("it is forgotten", async || world.server.app().node.sessions.open() == 0).await;
}

#[tokio::test]
async fn i14_a_sign_out_ends_a_stream_that_nobody_reads() {
    let world = World::with(|config| config.events.queue_frames = 16).await;
    let mut reader = Reader::get_stuck(&world).await;
    world.nobody.with_token(&reader.token).sign_out().await.expect("signs out");
    eventually("the stream is gone", async || world.server.app().node.sessions.open() == 0).await;
    let mut rest = Vec::new();
    let ending = tokio::time::timeout(DEADLINE, reader.connection.read_to_end(&mut rest));
    ending.await.expect("the connection is closed").expect("reads");
    assert!(!String::from_utf8_lossy(&rest).contains("event: resync"), "nothing went out after the sign-out");
}

#[tokio::test]
async fn a_stream_that_nobody_reads_does_not_hold_up_a_stop() {
    let world = World::with(|config| {
        config.events.queue_frames = 16;
        config.http.drain_s = 3600;
    })
    .await;
    let _reader = Reader::get_stuck(&world).await;
    tokio::time::timeout(DEADLINE, world.server.stop()).await.expect("stops");
}
