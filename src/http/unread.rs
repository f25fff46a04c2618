//! What becomes of a request's body that its handler did not read: an answer that comes first is not lost because the connection closes
//! under a client that still sends. What is left is read on, up to a limit; past it the answer says `Connection: close`.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use parking_lot::Mutex;
use tokio::time::Instant;

/// How much of an unread body is read on, in bytes, and for how long.
const READ_ON: u64 = 8 << 20;
const READ_ON_WITHIN: Duration = Duration::from_secs(5);

/// Deals with the bodies that handlers leave unread.
pub async fn around(request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    if request.body().is_end_stream() {
        return next(request).await;
    }
    // A client that waits to be told to send has sent nothing yet, and need not.
    let waits = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    let shared = Arc::new(Mutex::new(body));
    let broken = Arc::new(AtomicBool::new(false));
    let arrival = Arrival::default();
    let lent = Lent { body: Arc::clone(&shared), broken: Arc::clone(&broken), arrival: arrival.clone() };
    let mut request = Request::from_parts(parts, Body::new(lent));
    request.extensions_mut().insert(arrival);
    let mut response = next(request).await;
    let rest = std::mem::take(&mut *shared.lock());
    // After a body that can't be read nothing else can be.
    let lost = broken.load(Ordering::Relaxed);
    if lost || !rest.is_end_stream() && (waits || !read_on(rest).await) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads what is left; false where that is too much, or takes too long.
async fn read_on(mut rest: Body) -> bool {
    if rest.size_hint().lower() > READ_ON {
        return false;
    }
    let reading = async {
        let mut read = 0;
        while let Some(frame) = rest.frame().await {
            let Ok(frame) = frame else { return false };
            read += frame.data_ref().map_or(0, |data| data.len() as u64);
            if read > READ_ON {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(READ_ON_WITHIN, reading).await.unwrap_or(false)
}

/// A body on loan to a handler.
struct Lent {
    body: Arc<Mutex<Body>>,
    /// Whether reading it failed.
    broken: Arc<AtomicBool>,
    arrival: Arrival,
}

/// How a request's body arrives, as far as its handler reads it.
#[derive(Debug, Clone, Default)]
pub struct Arrival(Arc<Mutex<Progress>>);

#[derive(Debug, Default)]
struct Progress {
    bytes: u64,
    complete: Option<Instant>,
}

impl Arrival {
    /// Bytes of a body that must arrive in a second, over its whole length.
    const RATE: u64 = 16 * 1024;

    /// When an answer is due that may take so long from the request's beginning, or from the end of its body; and whether the
    /// body is complete by now.
    pub fn due(&self, started: Instant, within: Duration) -> (Instant, bool) {
        let progress = self.0.lock();
        match progress.complete {
            Some(at) => (at + within, true),
            None => (started + within + Duration::from_secs(progress.bytes / Self::RATE), false),
        }
    }

    fn took(&self, bytes: usize, is_complete: bool) {
        let mut progress = self.0.lock();
        progress.bytes += bytes as u64;
        if is_complete {
            progress.complete = Some(Instant::now());
        }
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.body.lock();
        let polled = Pin::new(&mut *body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Err(_))) => self.broken.store(true, Ordering::Relaxed),
            Poll::Ready(Some(Ok(frame))) => {
                self.arrival.took(frame.data_ref().map_or(0, Bytes::len), body.is_end_stream());
            }
            Poll::Ready(None) => self.arrival.took(0, true),
            Poll::Pending => {}
        }
        drop(body);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.lock().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.lock().size_hint()
    }
}
