//! Connections to NATS and to the object store that are encrypted, to the server that the certificate names. Those to PostgreSQL are in
//! `store/tls.rs`, whose certificates these tests use.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ajet_chatd::blobs::Blobs;
use ajet_chatd::bus::{Bus, BusOptions, Retention, Seals};
use ajet_cluster::NodeId;
use ajet_devstack::Tools;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::support::{DEADLINE, eventually, fresh_config, stack};

const PASSWORD: &str = "the-password-of-these-tests";
/// What nats-server logs of a client that does not go on with it.
const REFUSED: &str = "TLS handshake error";
/// The first byte of a connection that begins with a handshake of TLS.
const HANDSHAKE: u8 = 0x16;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/store/tls").join(name)
}

/// The lines of a configuration by which a nats-server takes clients by TLS alone, as `localhost`.
fn by_tls(more: &str) -> String {
    let (certificate, key) = (file("server.pem"), file("server.key"));
    format!("tls {{ cert_file: \"{}\", key_file: \"{}\"{more} }}", certificate.display(), key.display())
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// A nats-server of one's own, without JetStream. It ends when this is dropped.
struct Server {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Server {
    /// One with these lines in its configuration.
    async fn start(lines: &str) -> Self {
        let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port().await);
        let own = format!("authorization {{ user: ajet, password: \"{PASSWORD}\" }}");
        let config = folder.path().join("nats.conf");
        std::fs::write(&config, format!("listen: \"127.0.0.1:{port}\"\n{own}\n{lines}\n")).expect("writes");
        let child = Command::new(Tools::find().expect("is installed").nats_server)
            .arg("-c")
            .arg(&config)
            .arg("-l")
            .arg(folder.path().join("log"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let server = Self { child, port, folder };
        eventually("it listens", async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
        server
    }

    /// One that takes clients by TLS alone. It has noted by now that this test looked whether it listens.
    async fn encrypted(more: &str) -> Self {
        let server = Self::start(&by_tls(more)).await;
        eventually("the look is noted", async || server.refused() == 1).await;
        server
    }

    /// How many clients it was not taken for the right one by.
    fn refused(&self) -> usize {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.matches(REFUSED).count()
    }

    /// What it says to each client first, in clear.
    async fn says(&self) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("connects");
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await.expect("a line");
        line
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A node's connection, to a server that is known by this authority.
async fn connected(url: &str, authority: &str) -> Bus {
    ajet_client::install_tls();
    let (password, authority) = (SecretString::from(PASSWORD), file(authority));
    let to = BusOptions { url, user: "ajet", password: &password, tls_ca: Some(&authority), name: "tls" };
    let keep = Retention { retention: DEADLINE, replicas: 1 };
    let seals = Seals::new(NodeId(Uuid::new_v4()), &["the key of these tests".into()]);
    Bus::connect(&to, keep, seals).await.expect("a good address")
}

#[tokio::test]
async fn nats_is_reached_by_tls_and_known_by_its_certificate() {
    let server = Server::encrypted("").await;
    let known = connected(&format!("tls://localhost:{}", server.port), "ca.pem").await;
    eventually("it is known", async || known.is_connected()).await;
    for (host, authority) in [("127.0.0.1", "ca.pem"), ("localhost", "other_ca.pem")] {
        let server = Server::encrypted("").await;
        let stranger = connected(&format!("tls://{host}:{}", server.port), authority).await;
        // It tries again and again.
        eventually("it is taken for none of ours", async || server.refused() > 2).await;
        assert!(!stranger.is_connected(), "{host}, by {authority}");
    }
}

/// The first byte of the next connection that has one, to what seems a server of NATS that knows no TLS.
async fn first_byte(listener: &TcpListener) -> u8 {
    const SAYS: &[u8] = b"INFO {\"server_id\":\"x\",\"max_payload\":1048576,\"auth_required\":true}\r\n";
    loop {
        let (mut stream, _) = listener.accept().await.expect("accepts");
        stream.write_all(SAYS).await.expect("writes");
        if let Ok(byte) = stream.read_u8().await {
            return byte;
        }
    }
}

/// A server tells of others of its cluster, which may know no TLS: what a node says to them first would have the password in it.
#[tokio::test]
async fn no_server_of_nats_is_told_the_password_in_clear() {
    let told_of = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = told_of.local_addr().expect("an address").to_string();
    let route = free_port().await;
    let cluster = format!("cluster {{ name: tls, listen: \"127.0.0.1:{route}\" }}");
    let first = Server::start(&format!("{}\n{cluster}", by_tls(""))).await;
    let routes =
        format!("listen: \"127.0.0.1:{}\", routes: [\"nats://127.0.0.1:{route}\"]", free_port().await);
    let other = format!("client_advertise: \"{address}\"\ncluster {{ name: tls, {routes} }}");
    let _other = Server::start(&other).await;
    eventually("the first one tells of the other", async || first.says().await.contains(&address)).await;
    let bus = connected(&format!("tls://localhost:{}", first.port), "ca.pem").await;
    eventually("it is known", async || bus.is_connected()).await;
    drop(first);
    let byte = tokio::time::timeout(DEADLINE, first_byte(&told_of)).await.expect("the other one is tried");
    assert_eq!(byte, HANDSHAKE, "{:?}", char::from(byte));
}

/// The stand-in says nothing before the handshake, as a web server does.
#[tokio::test]
async fn an_object_store_whose_certificate_is_not_known_is_told_nothing() {
    let server = Server::encrypted(", handshake_first: true").await;
    let mut config = fresh_config(stack()).await.objects;
    config.endpoint = format!("https://localhost:{}", server.port);
    let blobs = Blobs::new(&config).expect("a client");
    assert!(blobs.get("a/key").await.is_err());
    eventually("it is taken for none of ours", async || server.refused() > 1).await;
}
