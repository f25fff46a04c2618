//! Live streams leave hyper once their head is decided: a stream that waits for its next event then holds no buffers,
//! where hyper keeps 16 KiB for each connection, and an event goes to its socket in one step.
//!
//! HTTP/1.1 (RFC 9112): the body is chunked, and the connection ends with it. An HTTP/1.0 client gets it plain.

use std::convert::Infallible;
use std::io::Write as _;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::Fuse;
use hyper::body::Incoming;
use hyper::service::Service;
use parking_lot::Mutex;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::extract::peer::Peer;
use super::head::HeadPhase;
use super::paced::ENOUGH;
use crate::clock;

/// Marks a response whose body goes on for as long as its reader stays, or until this is cancelled: then nothing more goes
/// out, whatever is under way (I14).
#[derive(Debug, Clone)]
pub struct Live(pub CancellationToken);

/// How long the end of a body may take.
const LAST_WORD: Duration = Duration::from_secs(1);
/// Bytes that the kernel is told to keep for a reader who takes none: it keeps twice as many, and by itself up to 4 MiB.
const UNREAD_BYTES: usize = 64 * 1024;
/// Bytes a client may send on a live stream before we hang up.
const SAYS_AT_MOST: usize = 64 * 1024;

/// A live response, to be sent by the owner of its connection.
pub struct Stream {
    head: Vec<u8>,
    chunked: bool,
    /// Fused: it may be polled again after its end.
    body: Fuse<BodyDataStream>,
    ended: CancellationToken,
}

impl Stream {
    fn of(response: Response<Body>, version: Version, Live(ended): Live) -> Self {
        let (mut parts, body) = response.into_parts();
        let chunked = version == Version::HTTP_11;
        if chunked {
            parts.headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let head = head_of(parts.status, &parts.headers);
        Self { head, chunked, body: body.into_data_stream().fuse(), ended }
    }

    /// Sends it until it ends, its reader goes, or does not take 64 KiB, or all there is, within that time.
    pub async fn send(self, mut connection: TcpStream, within: Duration) {
        // Without it the stream goes on as it was.
        let _ = SockRef::from(&connection).set_send_buffer_size(UNREAD_BYTES);
        let (reader, writer) = connection.split();
        tokio::select! {
            () = hung_up(reader) => {}
            sent = self.write(writer, within) => {
                if let Err(error) = sent {
                    tracing::debug!(%error, "live stream ended");
                }
            }
        }
    }

    async fn write(mut self, mut writer: impl AsyncWrite + Unpin, within: Duration) -> std::io::Result<()> {
        let mut bytes = std::mem::take(&mut self.head);
        loop {
            tokio::select! {
                biased;
                // The end comes first: nothing goes out after it, whatever is ready to be written (I14).
                () = self.ended.cancelled() => return Ok(()),
                written = write(&mut writer, &bytes, within) => written?,
            }
            // An idle stream keeps nothing.
            drop(std::mem::take(&mut bytes));
            let next = self.next().await;
            if next.is_empty() {
                break;
            }
            bytes = if self.chunked { chunk(&next) } else { next.into() };
        }
        if self.chunked {
            // Fits into the socket, or its reader has stopped reading.
            tokio::time::timeout(LAST_WORD, writer.write_all(&chunk(b""))).await??;
        }
        writer.shutdown().await
    }

    /// What comes next; nothing at the end. It is asked for only once what came before has been written: the body knows by that
    /// what is under way.
    async fn next(&mut self) -> Bytes {
        loop {
            match self.body.next().await {
                Some(Ok(bytes)) if bytes.is_empty() => {}
                Some(Ok(bytes)) => return bytes,
                Some(Err(_)) | None => return Bytes::new(),
            }
        }
    }
}

/// The head of an answer that hyper does not send.
pub fn head_of(status: StatusCode, headers: &HeaderMap) -> Vec<u8> {
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(clock::now().unix_millis()));
    let mut head = format!("HTTP/1.1 {status}\r\ndate: {date}\r\n").into_bytes();
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Writes bytes to a reader that keeps up: each part of them has the same time.
async fn write(
    writer: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    within: Duration,
) -> std::io::Result<()> {
    for part in bytes.chunks(ENOUGH) {
        if let Ok(written) = tokio::time::timeout(within, writer.write_all(part)).await {
            written?;
        } else {
            metrics::counter!("ajet_http_slow_readers_total").increment(1);
            return Err(std::io::ErrorKind::TimedOut.into());
        }
    }
    Ok(())
}

/// Bytes as one chunk of a body; without any, the body's end.
fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = Vec::with_capacity(bytes.len() + 20);
    // A vector takes all that is written to it.
    let _ = write!(chunk, "{:x}\r\n", bytes.len());
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
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
    peer: Peer,
    head: HeadPhase,
) -> (impl Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send>, Begun)
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send>,
{
    let (begins, begun) = oneshot::channel();
    let begins = Arc::new(Mutex::new(Some(begins)));
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        head.complete();
        request.extensions_mut().insert(peer);
        let (version, asks) = (request.version(), request.method() == Method::GET);
        let (answering, begins) = (service.call(request), Arc::clone(&begins));
        async move {
            let response = pin!(answering).await?;
            if let Some(live) = response.extensions().get::<Live>().cloned().filter(|_| asks) {
                if let Some(begins) = begins.lock().take() {
                    let _ = begins.send(Stream::of(response, version, live));
                }
                // The connection is taken from hyper before it learns anything of an answer.
                return std::future::pending().await;
            }
            Ok(response)
        }
    });
    (service, begun)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    const KIB: &[u8] = &[b'x'; 1024];

    #[test]
    fn chunks_say_how_long_they_are_and_the_last_is_empty() {
        assert_eq!(chunk(b"data: 0123456789"), b"10\r\ndata: 0123456789\r\n");
        assert_eq!(chunk(b""), b"0\r\n\r\n");
    }

    #[tokio::test]
    async fn empty_frames_are_no_end() {
        // As a live stream's body is made: it must not be asked again after its end.
        let frames = ["", "a", "", "b"].into_iter();
        let body = futures::stream::unfold(frames, |mut frames| async move {
            Some((Ok::<_, Infallible>(frames.next()?), frames))
        });
        let response = Response::new(Body::from_stream(body));
        let mut stream = Stream::of(response, Version::HTTP_11, Live(CancellationToken::new()));
        assert_eq!((stream.next().await, stream.next().await), ("a".into(), "b".into()));
        assert!(stream.next().await.is_empty(), "the end");
    }

    #[tokio::test]
    async fn who_reads_nothing_has_little_kept_and_is_left() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let reader = TcpSocket::new_v4().expect("a socket");
        reader.set_recv_buffer_size(4096).expect("has little room");
        let reader = reader.connect(listener.local_addr().expect("an address")).await.expect("connects");
        let (connection, _) = listener.accept().await.expect("is there");
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let body = futures::stream::repeat_with(move || {
            counted.fetch_add(KIB.len(), Ordering::SeqCst);
            Ok::<_, Infallible>(Bytes::from_static(KIB))
        });
        let response = Response::new(Body::from_stream(body));
        let stream = Stream::of(response, Version::HTTP_11, Live(CancellationToken::new()));
        let sending = stream.send(connection, Duration::from_millis(100));
        tokio::time::timeout(Duration::from_secs(30), sending).await.expect("it ends by itself");
        drop(reader);
        assert!(taken.load(Ordering::SeqCst) < 512 * 1024, "{taken:?}");
    }
}
