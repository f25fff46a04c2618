//! A TCP proxy on one dependency edge, to cut and to hold.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What passes.
#[derive(Default)]
pub struct Rules {
    /// Answers are dropped, and the connection with the first of them.
    pub cut_answers: AtomicBool,
    /// How many answers were cut.
    pub cut: AtomicUsize,
    /// Requests wait until they are let go.
    pub hold_requests: AtomicBool,
    /// How many requests wait.
    pub held: AtomicBool,
    pub release: Notify,
}

impl Rules {
    /// Requests wait from now on.
    pub fn hold(&self) {
        self.hold_requests.store(true, Ordering::SeqCst);
    }

    /// They go on.
    pub fn let_go(&self) {
        self.hold_requests.store(false, Ordering::SeqCst);
        self.release.notify_waiters();
    }
}

/// Starts a proxy to `target`; returns where it listens and its rules.
pub async fn start(target: SocketAddr) -> (SocketAddr, Arc<Rules>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let rules = Arc::new(Rules::default());
    let shared = Arc::clone(&rules);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(target).await else { continue };
            let (client_read, client_write) = client.into_split();
            let (server_read, server_write) = server.into_split();
            tokio::spawn(requests(client_read, server_write, Arc::clone(&shared)));
            tokio::spawn(answers(server_read, client_write, Arc::clone(&shared)));
        }
    });
    (addr, rules)
}

async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, rules: Arc<Rules>) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read) = from.read(&mut bytes).await {
        if read == 0 {
            return;
        }
        if rules.hold_requests.load(Ordering::SeqCst) {
            rules.held.store(true, Ordering::SeqCst);
            rules.release.notified().await;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, rules: Arc<Rules>) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read) = from.read(&mut bytes).await {
        let cut = read > 0 && rules.cut_answers.load(Ordering::SeqCst);
        rules.cut.fetch_add(usize::from(cut), Ordering::SeqCst);
        if read == 0 || cut {
            let _ = to.shutdown().await;
            return;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
