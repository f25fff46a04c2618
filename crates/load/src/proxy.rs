//! A TCP proxy on one dependency edge: slow, cut, one-way, or swallowing everything.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the edge lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Open,
    /// Everything, this much later.
    Slow(Duration),
    /// Connections break and none can be made.
    Cut,
    /// Nothing arrives, and neither end sees an error.
    BlackHole,
    /// Requests arrive, answers don't.
    OneWay,
}

/// A running proxy; it ends with its handle.
pub struct Proxy {
    addr: SocketAddr,
    edge: watch::Sender<Edge>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy to a loopback port.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn to(port: u16) -> std::io::Result<Self> {
        Self::on(TcpListener::bind(("127.0.0.1", 0)).await?, port)
    }

    /// Starts a proxy on a listener, which may be of another network namespace, to a loopback port of this one.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn on(listener: TcpListener, port: u16) -> std::io::Result<Self> {
        let addr = listener.local_addr()?;
        let edge = watch::Sender::new(Edge::Open);
        let accepting = tokio::spawn(accept(listener, port, edge.subscribe()));
        Ok(Self { addr, edge, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Changes the edge, for connections that are there and for those to come.
    pub fn set(&self, edge: Edge) {
        self.edge.send_replace(edge);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, port: u16, edge: watch::Receiver<Edge>) {
    while let Ok((client, _)) = listener.accept().await {
        if *edge.borrow() == Edge::Cut {
            continue;
        }
        let edge = edge.clone();
        tokio::spawn(async move {
            let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let forth = pump(from_client, to_server, edge.clone(), false);
            let back = pump(from_server, to_client, edge.clone(), true);
            let mut cut = edge;
            tokio::select! {
                _ = cut.wait_for(|edge| *edge == Edge::Cut) => {}
                // When one side has ended, so has the other.
                () = forth => {}
                () = back => {}
            }
        });
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut edge: watch::Receiver<Edge>,
    answers: bool,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let holds = |edge: &Edge| *edge == Edge::BlackHole || (answers && *edge == Edge::OneWay);
        if edge.wait_for(|edge| !holds(edge)).await.is_err() {
            return;
        }
        let slow = match *edge.borrow() {
            Edge::Slow(by) => by,
            _ => Duration::ZERO,
        };
        if !slow.is_zero() {
            tokio::time::sleep(slow).await;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
