//! A process that freezes and wakes up.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::MessageId;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Load, World, assert_one_order, eventually, text};

/// A second server as a process of its own, which takes its share of what there is.
struct Rival(Child);

impl Rival {
    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.0.id()).expect("a pid")).expect("a pid");
        kill_process(pid, signal).expect("is there");
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn rival(world: &World, port: u16) -> Rival {
    let (db, objects, nats) = (&world.config.db, &world.config.objects, &world.config.nats);
    let secret = |secret: &secrecy::SecretString| secrecy::ExposeSecret::expose_secret(secret).to_owned();
    let child = Command::new(env!("CARGO_BIN_EXE_ajet-chatd"))
        .arg("serve")
        .env("AJET_PROFILE", "test")
        .env("AJET_HTTP_ADDR", format!("127.0.0.1:{port}"))
        .env("AJET_DB_PORT", db.port.to_string())
        .env("AJET_DB_PASSWORD", secret(&db.password))
        .env("AJET_DB_DBNAME", &db.dbname)
        .env("AJET_NATS_URL", &nats.url)
        .env("AJET_NATS_USER", &nats.user)
        .env("AJET_NATS_PASSWORD", secret(&nats.password))
        .env("AJET_OBJECTS_ENDPOINT", &objects.endpoint)
        .env("AJET_OBJECTS_ACCESS_KEY", &objects.access_key)
        .env("AJET_OBJECTS_SECRET_KEY", secret(&objects.secret_key))
        .env("AJET_NODE_NUMBER", "1")
        .env("AJET_LOG_LEVEL", "error")
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    Rival(child)
}

/// Ann's client of a server there, once it is up.
async fn ann_at(port: u16) -> Client {
    let there = Client::new(&format!("http://127.0.0.1:{port}")).expect("a client");
    eventually("the rival is up", async || there.get::<serde_json::Value>("/readyz").await.is_ok()).await;
    there.sign_in("ann").await.expect("signs in").0
}

#[tokio::test]
async fn a_frozen_server_that_wakes_up_finds_itself_fenced() {
    let world = World::new().await;
    let port = ajet_devstack::free_port().expect("a port");
    let frozen = rival(&world, port);
    let ann_there = ann_at(port).await;
    let load = Load::start(ann_there, world.general.clone(), "there");
    for _ in 0..3 {
        frozen.signal(Signal::STOP);
        for n in 0..20 {
            world
                .bob
                .post(world.general.id, &text(&format!("here {n}")))
                .await
                .expect("a frozen owner delays no other command");
        }
        frozen.signal(Signal::CONT);
        let before = load.acknowledged();
        eventually("the one that was frozen goes on", async || load.acknowledged() > before).await;
    }
    let acknowledged = load.stop().await;
    let stored = world.history().await;
    assert_one_order(&stored);
    let seqs: Vec<_> = stored.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=stored.len() as u64).collect::<Vec<_>>(), "I3: no hole, no duplicate");
    assert_eq!(stored.len(), 60 + acknowledged.len(), "I1 and I2");
    world.end().await;
}

/// I7: who edits at a server that stands still gives up on it, and edits elsewhere. What waits in its sockets must not replace what was
/// written since.
#[tokio::test]
async fn what_waited_in_a_frozen_server_is_not_done_late() {
    let world = World::new().await;
    let port = ajet_devstack::free_port().expect("a port");
    let frozen = rival(&world, port);
    let ann_there = ann_at(port).await;
    let message = world.ann.post(world.general.id, &text("first")).await.expect("posts");
    let token = ann_there.token().expect("signed in");
    let mut accepted = TcpStream::connect(("127.0.0.1", port)).await.expect("connects");
    accepted.write_all(&edit(message.id, token, "before it stood still")).await.expect("writes");
    let mut answer = [0; 12];
    accepted.read_exact(&mut answer).await.expect("answers");
    assert_eq!(std::str::from_utf8(&answer), Ok("HTTP/1.1 200"));

    frozen.signal(Signal::STOP);
    let since = Instant::now();
    let mut queued = TcpStream::connect(("127.0.0.1", port)).await.expect("the kernel takes it");
    for stream in [&mut accepted, &mut queued] {
        stream.write_all(&edit(message.id, token, "given up")).await.expect("writes");
    }
    for body in ["given up", "the newest"] {
        world.ann.edit(message.id, body).await.expect("edits elsewhere");
    }
    eventually("it stood still for long", async || since.elapsed() > Duration::from_secs(3)).await;
    frozen.signal(Signal::CONT);
    let mut rest = Vec::new();
    for mut stream in [accepted, queued] {
        // It ends with an error, since there was something to read.
        let _ = stream.read_to_end(&mut rest).await;
    }
    let rest = String::from_utf8_lossy(&rest);
    assert_eq!(rest.matches("HTTP/1.1").count(), 0, "closed without an answer: {rest}");
    eventually("it serves others", async || ann_there.message(message.id).await.is_ok()).await;
    let found = world.bob.message(message.id).await.expect("reads");
    assert_eq!(found.body_md, "the newest");
    world.end().await;
}

/// A request that edits a message, as it is on the wire.
fn edit(message: MessageId, token: &str, body: &str) -> Vec<u8> {
    let body = serde_json::json!({ "body_md": body }).to_string();
    let length = body.len();
    let head = format!(
        "PUT /api/messages/{message} HTTP/1.1\r\nhost: node\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    (head + &body).into_bytes()
}
