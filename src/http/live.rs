//! Live streams leave hyper once their head is decided: a stream that waits for its next event then holds no buffers,
//! where hyper keeps 16 KiB for each connection, and an event goes to its socket in one step.
//!
//! HTTP/1.1 (RFC 9112): the body is chunked, and the connection ends with it. An HTTP/1.0 client gets it plain.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderValue, Method, Request, Response, Version, header};
use bytes::Bytes;
use futures::StreamExt;
use hyper::body::Incoming;
use hyper::service::Service;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// Marks a response whose body goes on for as long as its reader stays.
#[derive(Debug, Clone, Copy)]
pub struct Live;

/// Frames that go out together at most.
const TOGETHER: usize = 64;
/// A reader that takes nothing for so long is gone, or as good as.
const STUCK_AFTER: Duration = Duration::from_secs(30);
/// A client that has asked for a stream has nothing more to say; what it may say all the same, in bytes.
const SAYS_AT_MOST: usize = 64 * 1024;

/// A live response, to be sent by whoever has its connection.
pub struct Stream {
    head: Vec<u8>,
    chunked: bool,
    body: BodyDataStream,
}

impl Stream {
    fn of(response: Response<Body>, version: Version) -> Self {
        let (mut parts, body) = response.into_parts();
        let chunked = version == Version::HTTP_11;
        if chunked {
            parts.headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let date = httpdate::fmt_http_date(SystemTime::now());
        let mut head = format!("HTTP/1.1 {}\r\ndate: {date}\r\n", parts.status).into_bytes();
        for (name, value) in &parts.headers {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        Self { head, chunked, body: body.into_data_stream() }
    }

    /// Sends it until it ends, its reader goes, or takes nothing any more.
    pub async fn send(self, mut connection: TcpStream) {
        let (reader, writer) = connection.split();
        tokio::select! {
            () = hung_up(reader) => {}
            sent = self.write(writer) => {
                if let Err(error) = sent {
                    tracing::debug!(%error, "live stream ended");
                }
            }
        }
    }

    async fn write(self, mut writer: impl AsyncWrite + Unpin) -> std::io::Result<()> {
        let mut batches = self.body.ready_chunks(TOGETHER);
        let (mut bytes, mut over) = (self.head, false);
        loop {
            tokio::time::timeout(STUCK_AFTER, writer.write_all(&bytes)).await??;
            if over {
                return writer.shutdown().await;
            }
            // An idle stream keeps nothing.
            drop(std::mem::take(&mut bytes));
            let batch = batches.next().await;
            over = batch.is_none();
            let frames: Vec<_> = batch.unwrap_or_default().into_iter().flatten().collect();
            let says_nothing = !over && frames.iter().all(Bytes::is_empty);
            // An empty chunk would be the end.
            bytes = if self.chunked && !says_nothing { chunk(&frames) } else { frames.concat() };
        }
    }
}

/// Frames as one chunk of a body; without any, the body's end.
fn chunk(frames: &[Bytes]) -> Vec<u8> {
    let length: usize = frames.iter().map(Bytes::len).sum();
    let mut bytes = Vec::with_capacity(length + 16);
    bytes.extend_from_slice(format!("{length:x}\r\n").as_bytes());
    frames.iter().for_each(|frame| bytes.extend_from_slice(frame));
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// Resolves when the client has hung up, or does not stop talking.
async fn hung_up(mut reader: impl AsyncRead + Unpin) {
    let (mut said, mut bytes) = (0, [0; 64]);
    while let Ok(read @ 1..) = reader.read(&mut bytes).await {
        said += read;
        if said > SAYS_AT_MOST {
            return;
        }
    }
}

/// Where a connection's live stream comes from, if it asks for one.
pub type Begun = oneshot::Receiver<Stream>;

/// A service as hyper takes it, that keeps live responses from hyper and hands them over.
pub fn diverting<S>(
    service: S,
) -> (impl Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send>, Begun)
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send>,
{
    let (begins, begun) = oneshot::channel();
    let begins = Arc::new(Mutex::new(Some(begins)));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (version, asks) = (request.version(), request.method() == Method::GET);
        let (answering, begins) = (service.call(request), Arc::clone(&begins));
        async move {
            let response = pin!(answering).await?;
            if asks && response.extensions().get::<Live>().is_some() {
                if let Some(begins) = begins.lock().take() {
                    let _ = begins.send(Stream::of(response, version));
                }
                // The connection is taken from hyper before it learns anything of an answer.
                return std::future::pending().await;
            }
            Ok(response)
        }
    });
    (service, begun)
}
