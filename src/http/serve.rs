//! The accept loop: hyper by hand, for the header-read timeout that `axum::serve` does not have.

use std::io::ErrorKind;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::live;

/// How long clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To send a request's head.
    pub header: Duration,
    /// To finish what is under way when the server stops.
    pub drain: Duration,
}

/// Serves until `stop` resolves, then lets requests under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.header).keep_alive(true);
    let (open, stopping) = (TaskTracker::new(), CancellationToken::new());
    let spawn = |stream: TcpStream| {
        let _ = stream.set_nodelay(true);
        open.spawn(converse(stream, router.clone(), http.clone(), open.clone(), stopping.clone()));
    };
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                if !is_the_clients(&error) {
                    // Out of file handles, most likely: some will come free.
                    tracing::error!(%error, "can't accept connections");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                continue;
            }
        };
        spawn(stream);
    }
    // Whoever is connected already, and not yet accepted, is served like the others.
    while let Ok(Ok((stream, _))) = tokio::time::timeout(LINGER, listener.accept()).await {
        spawn(stream);
    }
    drop(listener);
    stopping.cancel();
    open.close();
    if tokio::time::timeout(patience.drain, open.wait()).await.is_err() {
        tracing::warn!("some requests were cut off at the end");
    }
}

/// Answers a client's requests, until one asks for a live stream, or the last of them is answered.
async fn converse(
    stream: TcpStream,
    router: Router,
    http: http1::Builder,
    open: TaskTracker,
    stopping: CancellationToken,
) {
    let (service, mut begun) = live::diverting(TowerToHyperService::new(router));
    let mut connection = http.serve_connection(TokioIo::new(stream), service);
    let mut told = false;
    loop {
        tokio::select! {
            ended = &mut connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended");
                }
                return;
            }
            Ok(live) = &mut begun => {
                let stream = connection.into_parts().io.into_inner();
                // In a task of its own, which is smaller than this one.
                open.spawn(live.send(stream));
                return;
            }
            () = stopping.cancelled(), if !told => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                told = true;
            }
        }
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
