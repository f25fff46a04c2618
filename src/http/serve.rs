//! The accept loop: hyper by hand, for what `axum::serve` does not have: limits of time and number, and answers to what is no
//! request.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::Guard;
use ajet_protocol::limits;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use super::era::Era;
use super::extract::peer::Peer;
use super::head::{HeadPhase, HeadTimer};
use super::paced::Paced;
use super::places::{Place, Places, Refused};
use super::{live, refusal};

/// How long clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// To begin a request.
    pub idle: Duration,
    /// To send a request's head once it has begun.
    pub header: Duration,
    /// To take some 64 KiB of an answer that waits for them.
    pub write: Duration,
    /// To finish what is under way when the server stops.
    pub drain: Duration,
}

/// Serves until `stop` resolves, then lets requests under way finish. After each stop of the process that the guard tells of, connections
/// accepted before are closed; live streams go on.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    (places, timeouts): (Places, Timeouts),
    guard: Arc<Guard>,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.max_header_size(limits::HEAD_BYTES).keep_alive(true);
    let (open, mut era) = (TaskTracker::new(), Era::first(guard));
    let spawn = |stream: TcpStream, peer: SocketAddr, era: &Era| {
        set_options(&stream);
        let place = match places.take(peer.ip()) {
            Ok(place) => place,
            Err(Refused { error, telling: Some(telling) }) => {
                open.spawn(async move {
                    refusal::send_and_close(stream, error).await;
                    drop(telling);
                });
                return;
            }
            Err(_) => return,
        };
        let client = Client { stream, timeouts, peer: Peer(peer), place };
        open.spawn(converse(client, router.clone(), http.clone(), open.clone(), era.clone()));
    };
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            () = era.ended() => {
                era = era.next(&listener).await;
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_the_clients(&error) {
                    // Out of file handles, most likely: some will come free.
                    tracing::error!(%error, "can't accept connections");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                continue;
            }
        };
        spawn(stream, peer, &era);
    }
    // Connections that still wait to be accepted are served like the others.
    while let Ok(Ok((stream, peer))) = tokio::time::timeout(LINGER, listener.accept()).await {
        spawn(stream, peer, &era);
    }
    drop(listener);
    era.wake();
    open.close();
    if tokio::time::timeout(timeouts.drain, open.wait()).await.is_err() {
        tracing::warn!("some requests were cut off at the end");
    }
}

/// A connection that was accepted, and its place among those there may be.
struct Client {
    stream: TcpStream,
    timeouts: Timeouts,
    peer: Peer,
    place: Place,
}

/// A phone that vanished is noticed within a minute, and a reader that acknowledges nothing as well.
fn set_options(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(30))
        .with_interval(Duration::from_secs(10))
        .with_retries(3);
    let _ = socket.set_tcp_keepalive(&keepalive);
    let _ = socket.set_tcp_user_timeout(Some(Duration::from_secs(60)));
}

/// Answers a client's requests, until one asks for a live stream, or the last of them is answered.
async fn converse(client: Client, router: Router, mut http: http1::Builder, open: TaskTracker, era: Era) {
    let Client { stream, timeouts, peer, place } = client;
    let head = HeadPhase::default();
    let stream = Paced::new(stream, timeouts.write, head.clone());
    // The timer knows both times; that there is one at all is what hyper must be told.
    let timer = HeadTimer::new(head.clone(), timeouts.idle, timeouts.header);
    http.timer(timer).header_read_timeout(timeouts.idle);
    // A client that has nothing more to send still gets its answer.
    http.half_close(true);
    let (service, mut begun) = live::diverting(TowerToHyperService::new(router), peer, head.clone());
    let mut connection = http.serve_connection(TokioIo::new(stream), service);
    let mut told = false;
    let ended = loop {
        tokio::select! {
            biased;
            () = era.over() => {
                tracing::debug!("a connection from before a stop of this process is closed");
                return;
            }
            ended = &mut connection => break ended,
            Ok(live) = &mut begun => {
                let stream = connection.into_parts().io.into_inner().into_inner();
                // In a task of its own, which is smaller than this one.
                open.spawn(async move {
                    live.send(stream, timeouts.write).await;
                    drop(place);
                });
                return;
            }
            () = era.woken(), if !told => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                told = true;
            }
        }
    };
    let stream = connection.into_parts().io.into_inner();
    let late = ended.as_ref().is_err_and(|error| error.is_timeout()) && head.is_partial();
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
    let refused = stream.refused().map(refusal::of_status).or_else(|| late.then(refusal::late));
    if let Some(refusal) = refused {
        // In a box: few connections end so, and each would have room for it.
        Box::pin(refusal::send_and_close(stream.into_inner(), refusal)).await;
    }
}

/// How long the queue of connections is waited on when the server stops.
const LINGER: Duration = Duration::from_millis(1);

fn is_the_clients(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
