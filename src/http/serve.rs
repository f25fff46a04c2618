//! The accept loop: hyper by hand, for the header-read timeout that `axum::serve` does not have.

use std::io::ErrorKind;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

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
    let open = GracefulShutdown::new();
    let spawn = |stream: TcpStream| {
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        });
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
    if tokio::time::timeout(patience.drain, open.shutdown()).await.is_err() {
        tracing::warn!("some requests were cut off at the end");
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
