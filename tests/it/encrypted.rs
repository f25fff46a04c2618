//! Connections to NATS and to the object store that are encrypted, to the server that the certificate names. Those to PostgreSQL are in
//! `store/tls.rs`, whose certificates these tests use.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use ajet_chatd::blobs::Blobs;
use ajet_chatd::bus::{Bus, BusOptions, Retention, Seals};
use ajet_chatd::config::{Profile, Sources, load};
use ajet_cluster::NodeId;
use ajet_devstack::Tools;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use uuid::Uuid;

use crate::support::{DEADLINE, eventually, fresh_config, stack};

const PASSWORD: &str = "the-password-of-these-tests";
/// What nats-server logs of a client that does not go on with it.
const REFUSED: &str = "TLS handshake error";
/// How the variables begin that say where an object store is.
const OBJECTS: &str = "AJET_OBJECTS_";
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

/// Takes TLS, as `localhost`, before a server that knows none; its port.
async fn front(to: u16) -> u16 {
    let certificates = CertificateDer::pem_file_iter(file("server.pem")).expect("is there");
    let certificates = certificates.collect::<Result<Vec<_>, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_file(file("server.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("the provider knows TLS");
    let config = config.with_no_client_auth().with_single_cert(certificates, key).expect("belong together");
    let tls = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                let Ok(mut client) = tls.accept(client).await else { return };
                let mut server = TcpStream::connect(("127.0.0.1", to)).await.expect("connects");
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    port
}

#[tokio::test]
#[ignore = "what the test below has a process do that trusts another authority than this machine"]
async fn an_object_is_put_and_had_in_a_process_of_its_own() {
    let variables: Vec<_> = std::env::vars().filter(|(name, _)| name.starts_with(OBJECTS)).collect();
    if variables.is_empty() {
        return;
    }
    ajet_client::install_tls();
    let sources = Sources { variables, profile: Profile::Dev, ..Sources::default() };
    let (config, _) = load(&sources).expect("loads");
    let blobs = Blobs::new(&config.objects).expect("a client");
    blobs.ensure_bucket().await.expect("makes the bucket");
    blobs.put("by/tls", "text/plain", "words".into()).await.expect("puts");
    assert_eq!(blobs.get("by/tls").await.expect("is had").as_deref(), Some(b"words".as_slice()));
}

/// What a machine trusts, a process learns when it starts: so there is one for each authority.
#[tokio::test]
async fn an_object_store_is_reached_by_tls_and_known_by_its_certificate() {
    let stack = stack();
    let port = front(stack.objects.port()).await;
    for (authority, is_known) in [("ca.pem", true), ("other_ca.pem", false)] {
        let program = std::env::current_exe().expect("has a path");
        let out = tokio::process::Command::new(program)
            .args(["--exact", "encrypted::an_object_is_put_and_had_in_a_process_of_its_own", "--ignored"])
            .env("SSL_CERT_FILE", file(authority))
            .env_remove("SSL_CERT_DIR")
            .env(format!("{OBJECTS}ENDPOINT"), format!("https://localhost:{port}"))
            .env(format!("{OBJECTS}ACCESS_KEY"), stack.objects.access_key())
            .env(format!("{OBJECTS}SECRET_KEY"), stack.objects.secret_key())
            .output()
            .await
            .expect("runs");
        let said = String::from_utf8_lossy(&out.stdout);
        assert_eq!(out.status.success() && said.contains("1 passed"), is_known, "{authority}: {said}");
        assert!(said.contains("running 1 test"), "{said}");
    }
}
