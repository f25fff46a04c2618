//! An S3 endpoint in this process over a folder, with real request signatures.

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{StackError, make_folder, secret};

/// A running endpoint.
pub struct Objects {
    port: u16,
    access_key: String,
    secret_key: String,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl Objects {
    pub(crate) async fn start(folder: &Path) -> Result<Self, StackError> {
        make_folder(folder)?;
        let start = |source| StackError::Start { program: "the object store", source };
        let files =
            FileSystem::new(folder).map_err(|error| start(std::io::Error::other(format!("{error:?}"))))?;
        let (access_key, secret_key) = ("ajet-dev".to_owned(), secret());
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(access_key.clone(), secret_key.clone()));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(start)?;
        let port = listener.local_addr().map_err(start)?.port();
        let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(accept(listener, builder.build(), shutdown.clone(), tasks.clone()));
        Ok(Self { port, access_key, secret_key, shutdown, tasks })
    }

    /// The endpoint's address.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The access key.
    #[must_use]
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// The secret key, made for this run.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.secret_key
    }

    /// Stops taking requests and waits for those under way.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.tasks.close();
        let _ = tokio::time::timeout(Duration::from_secs(5), self.tasks.wait()).await;
    }
}

async fn accept(listener: TcpListener, service: S3Service, shutdown: CancellationToken, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => drop(tasks.spawn(serve(stream, service.clone(), shutdown.clone()))),
            // Out of file handles, most likely: some will come free.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn serve(stream: TcpStream, service: S3Service, shutdown: CancellationToken) {
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that went away is no fault of the endpoint's.
    drop(ended);
}
