//! What a node takes on: requests under way, and bytes of answers that their readers have not taken yet.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::Code;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ApiError;
use super::state::App;

/// Answers up to this many bytes fit into the buffers of their sockets, and need no room.
const SMALL: u64 = 64 * 1024;
/// How long an answer waits for room.
const ROOM_WITHIN: Duration = Duration::from_secs(3);
/// How many answers wait for room at most; they are in memory meanwhile.
const WAITING: usize = 16;

/// What is answered however busy a node is.
const PROBES: [&str; 6] = ["/livez", "/live", "/readyz", "/ready", "/health", "/metrics"];

/// The room that a node has.
#[derive(Debug, Clone)]
pub struct Room {
    requests: Arc<Semaphore>,
    /// In KiB.
    answers: Arc<Semaphore>,
    /// Answers that may wait for room at once.
    waiting: Arc<Semaphore>,
}

impl Room {
    /// Room for so many requests under way, and so many MiB of answers.
    #[must_use]
    pub fn new(requests: usize, answer_mib: usize) -> Self {
        let answers = (answer_mib * 1024).min(Semaphore::MAX_PERMITS);
        Self {
            requests: Arc::new(Semaphore::new(requests.min(Semaphore::MAX_PERMITS))),
            answers: Arc::new(Semaphore::new(answers)),
            waiting: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// Room for an answer of so many KiB, waited for a while.
    async fn take(&self, kib: u32) -> Option<OwnedSemaphorePermit> {
        if let Ok(room) = Arc::clone(&self.answers).try_acquire_many_owned(kib) {
            return Some(room);
        }
        let _waiting = self.waiting.try_acquire().ok()?;
        let waiting = Arc::clone(&self.answers).acquire_many_owned(kib);
        tokio::time::timeout(ROOM_WITHIN, waiting).await.ok()?.ok()
    }
}

/// Refuses requests beyond the limit, and holds room for large answers until they have been sent. Probes of health are
/// answered in any case.
pub async fn around(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    if PROBES.contains(&request.uri().path()) {
        return next(request).await;
    }
    let Ok(_place) = app.settings.room.requests.try_acquire() else {
        metrics::counter!("ajet_http_refused_total").increment(1);
        return ApiError::new(Code::Overloaded, "Too many requests are under way; try again in a moment.")
            .into_response();
    };
    held(next(request).await, &app.settings.room).await
}

/// A large answer takes room until the last of it is with the kernel, or its connection is closed.
async fn held(response: Response, room: &Room) -> Response {
    let Some(bytes) = response.body().size_hint().exact().filter(|bytes| *bytes > SMALL) else {
        return response;
    };
    let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
    let Some(room) = room.take(kib).await else {
        metrics::counter!("ajet_http_refused_total").increment(1);
        let text = "Too much is waiting to be read by others; try again in a moment.";
        return ApiError::new(Code::Overloaded, text).into_response();
    };
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(Bytes::from_owner(Held { bytes, _room: room }))),
        Err(_) => ApiError::new(Code::Internal, "The answer could not be made.").into_response(),
    }
}

/// Bytes that give their room back when the last reference is dropped.
struct Held {
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
