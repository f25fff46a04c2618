//! `GET /api/events`: live events over SSE.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::atomic::Ordering;

use ajet_protocol::events::{Ready, Resync, ResyncReason, RightsChanged, frames};
use ajet_protocol::scopes::MessagesRead;
use ajet_protocol::{Code, PresenceDiff, SessionId, Timestamp};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::extract::caller::Caller;
use super::extract::form::InQuery;
use super::live::Live;
use super::state::App;
use crate::actors::feed::{Frame, Narrowed};
use crate::actors::session::{ConnectError, Connected, Connection, ConnectionGuard, Outgoing};
use crate::presence::Here;

/// Turns a frame into what this stream's reader gets of it; `None` where it gets nothing.
pub type Encode = fn(&Frame, Narrowed) -> Option<Bytes>;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Live events of everything the caller may see.
///
/// The first frame is `ready`. Then each frame is an event: its `id:` is the cursor to come back with, its `event:` one of the
/// names in `x-events`, its `data:` the JSON that the schema there describes. `resync` says that something may have been missed
/// and everything is to be fetched anew; the stream goes on from its `id:`, and ends after it only where a reader fell behind again
/// within a minute. A comment line says every 15 s that the stream lives, and once a minute a `ping` brings a quiet reader its
/// newest cursor; `retry:` says once how long to wait before coming back. Who comes back with the last `id:` gets what happened
/// meanwhile; where their own rights have changed, `rights` says first in which communities and channels. Names that a client
/// does not know are for it to ignore. `presence.diff` says at most once a minute who came online and went, and typing comes as
/// `typing.start` and `typing.stop`: none of these has an `id:`, and none is sent again.
///
/// A token's stream brings the types that its scopes allow: `x-event-scopes` names the scope of each. Its `session_id` is the token's id.
#[utoipa::path(get, path = "/api/events", operation_id = "events.stream", tag = "events",
    params(
        ("community_id" = Option<uuid::Uuid>, Query, description = "Narrows the stream to one community; direct messages stay."),
        ("last_event_id" = Option<String>, Query, description = "The same as the header, for clients that can't set one."),
        ("Last-Event-ID" = Option<String>, Header, nullable = false, description = "The `id:` of the last frame that came: the stream goes on from there. One that can't be used gives `resync`.")),
    responses(
        (status = 200, description = "The stream, for as long as the session lasts. From a node on its way out it ends at once, with `retry:`.",
            content_type = "text/event-stream", body = String),
        (status = 422, description = "`community_id` is no UUID (`invalid`)."),
        (status = 429, description = "The session has as many streams open as it may (`rate_limited`).")),
    security(("bearer" = [])))]
pub async fn events(
    State(app): State<App>,
    caller: Caller<MessagesRead>,
    headers: HeaderMap,
    InQuery(query): InQuery<HashMap<String, String>>,
) -> Result<Response, ApiError> {
    let scope = Narrowed { community: community_of(&query)?, scopes: caller.session.scopes };
    let cursor = cursor_of(&headers, &query);
    open(app, caller, Asked { scope, cursor, encode: |frame, scope| Some(frame.sse(scope.community)) }).await
}

/// Where the client left off: the header, or where a client can't set one, the query.
pub fn cursor_of(headers: &HeaderMap, query: &HashMap<String, String>) -> Option<String> {
    // One that is no text is as unusable as any other that is not ours.
    let header = headers.get("last-event-id").map(|value| value.to_str().unwrap_or("unusable").to_owned());
    header.or_else(|| query.get("last_event_id").cloned()).filter(|cursor| !cursor.is_empty())
}

fn community_of(query: &HashMap<String, String>) -> Result<Option<ajet_protocol::CommunityId>, ApiError> {
    let parse = |text: &String| {
        text.parse().map_err(|_| ApiError::field("community_id", "bad_format", "is not a UUID"))
    };
    query.get("community_id").map(parse).transpose()
}

/// What a live stream is asked for.
pub struct Asked {
    pub scope: Narrowed,
    pub cursor: Option<String>,
    pub encode: Encode,
}

/// Opens a live stream for a caller.
pub async fn open<S>(app: App, caller: Caller<S>, asked: Asked) -> Result<Response, ApiError> {
    let Asked { scope, cursor, encode } = asked;
    let draining = || app.draining.load(Ordering::Relaxed);
    if draining() {
        return Ok(elsewhere());
    }
    let session = &caller.session;
    let connecting = app.node.sessions.connect(session.id, session.user.id, scope, cursor);
    let connected = connecting.await.map_err(|error| match error {
        ConnectError::Store(error) => error.into(),
        ConnectError::TooMany => ApiError::new(
            Code::RateLimited,
            "You have as many live streams open as you may; close one first.",
        ),
    })?;
    // It may have begun meanwhile, and told all streams that there were.
    if draining() {
        return Ok(elsewhere());
    }
    // A sign-out that came before this stream was listed could not close it.
    if app.tokens.has_ended(session).await {
        app.node.sessions.close(session.id);
    }
    // A client that loses the connection between `ready` and `resync` must be told again: the new cursor is past what it missed.
    let from = if connected.opened.resync.is_some() { NO_CURSOR } else { connected.opened.cursor.as_str() };
    let (ready, cut) = (ready(&app, &caller, from), connected.cut.clone());
    let here = app.context.presence.enter(session.user.id);
    let reader = Reader { session: session.id, expires: session.expires_at, scope, encode };
    let body =
        Body::from_stream(body(connected, (ready, here), reader, app.clone()).map(Ok::<_, Infallible>));
    let mut response = stream_of(body);
    response.extensions_mut().insert(Live(cut));
    Ok(response)
}

/// A stream that ends at once and says when to come back. No error: a browser would not come back after one.
fn elsewhere() -> Response {
    stream_of(Body::from(format!("retry: {}\n\n", rand::random_range(500..=1500))))
}

fn stream_of(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// The first frame. Clients come back after a while that differs, so that they don't all come at once.
fn ready<S>(app: &App, caller: &Caller<S>, cursor: &str) -> Bytes {
    let ready = Ready {
        session_id: caller.session.id.0,
        user_id: caller.id(),
        node: app.settings.node_name.clone(),
        server_time: app.now(),
    };
    let retry = rand::random_range(500..=1500);
    let data = serde_json::to_string(&ready).unwrap_or_default();
    format!("retry: {retry}\n{}event: {}\ndata: {data}\n\n", id_line(cursor), frames::READY).into()
}

/// The `id:` of `ready` where `resync` follows: no cursor, so that who comes back with it is sent `resync` once more.
const NO_CURSOR: &str = "0";
/// A comment line: it tells proxies and clients that the stream lives, and says nothing.
const STILL_HERE: &[u8] = b": still here\n\n";
/// Heartbeats without a frame after which a reader is told its cursor, if it has moved.
const QUIET_BEATS: u32 = 4;

/// Who reads a stream, and how.
#[derive(Clone, Copy)]
struct Reader {
    session: SessionId,
    expires: Timestamp,
    scope: Narrowed,
    encode: Encode,
}

struct Reading {
    connection: Connection,
    cut: CancellationToken,
    first: VecDeque<Bytes>,
    reader: Reader,
    heartbeat: Interval,
    /// Heartbeats since the last frame.
    beats: u32,
    app: App,
    /// Keeps the reader online.
    _here: Here,
    /// Tells the session when this is over; after the connection has let go.
    _guard: ConnectionGuard,
}

/// What goes out next.
enum Due {
    Bytes(Bytes),
    /// Not encoded yet: it may have to be judged again.
    Taken(Outgoing),
}

fn body(
    connected: Connected,
    (ready, here): (Bytes, Here),
    reader: Reader,
    app: App,
) -> impl Stream<Item = Bytes> {
    let Connected { opened, guard, cut } = connected;
    let resync = opened.resync.map(|reason| resync(reason, &opened.cursor));
    let first = [Some(ready), resync].into_iter().flatten().collect();
    let heartbeat = interval_at(Instant::now() + app.settings.heartbeat, app.settings.heartbeat);
    let connection = opened.connection;
    let reading =
        Reading { connection, cut, first, reader, heartbeat, beats: 0, app, _here: here, _guard: guard };
    stream::unfold(reading, |mut reading| async move { reading.next().await.map(|bytes| (bytes, reading)) })
}

/// A frame that is no event.
fn frame(name: &str, cursor: &str, data: &impl serde::Serialize) -> Bytes {
    // What frames carry always serializes.
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("{}event: {name}\ndata: {data}\n\n", id_line(cursor)).into()
}

/// Tells a client to refetch, and where it goes on from once it has: what came before `cursor` is in what it fetches.
fn resync(reason: ResyncReason, cursor: &str) -> Bytes {
    frame(frames::RESYNC, cursor, &Resync { reason })
}

fn rights(changed: &RightsChanged, cursor: &str) -> Bytes {
    frame(frames::RIGHTS, cursor, changed)
}

/// Who came online and went; nothing, where that is no one.
fn presence(diff: &PresenceDiff) -> Bytes {
    if diff.is_empty() {
        return Bytes::new();
    }
    metrics::counter!("ajet_presence_told_total").increment(1);
    frame(frames::PRESENCE_DIFF, "", diff)
}

/// An empty id would make the client forget the cursor that it has.
fn id_line(cursor: &str) -> String {
    if cursor.is_empty() { String::new() } else { format!("id: {cursor}\n") }
}

impl Reading {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let bytes = match self.due().await? {
                Due::Bytes(bytes) if bytes == STILL_HERE => {
                    return self.lives_on().await.then_some(bytes);
                }
                Due::Bytes(bytes) => self.allowed().await.then_some(bytes)?,
                Due::Taken(taken) => {
                    if !self.allowed().await {
                        return None;
                    }
                    self.encoded(taken).await?
                }
            };
            if self.cut.is_cancelled() {
                return None;
            }
            if !bytes.is_empty() {
                return Some(bytes);
            }
        }
    }

    /// Whether this stream may go on: that is known only while we run, and have looked just now.
    async fn allowed(&mut self) -> bool {
        // Nearly always nothing is to be waited for.
        if !(self.app.guard.is_entitled() && self.app.revocation.is_fresh()) {
            // A stream that is cut meanwhile lets go at once of what it holds.
            let entitled = async {
                self.app.guard.entitled().await;
                self.app.revocation.until_fresh().await;
            };
            tokio::select! {
                biased;
                () = self.cut.cancelled() => return false,
                () = entitled => {}
            }
        }
        self.lives_on().await
    }

    /// Whether the session has not expired; what moved its end on may have come to another node.
    async fn lives_on(&mut self) -> bool {
        if self.app.now() < self.reader.expires {
            return true;
        }
        match Box::pin(self.app.store.session_expiry(self.reader.session)).await {
            Ok(Some(expires)) => {
                self.reader.expires = expires;
                self.app.now() < expires
            }
            Ok(None) => false,
            Err(error) => {
                tracing::debug!(%error, "can't look whether a session goes on; its stream ends");
                false
            }
        }
    }

    async fn due(&mut self) -> Option<Due> {
        if let Some(bytes) = self.first.pop_front() {
            return Some(Due::Bytes(bytes));
        }
        loop {
            let taken = tokio::select! {
                biased;
                () = self.cut.cancelled() => return None,
                taken = self.connection.take() => taken,
            };
            if let Some(taken) = taken {
                return Some(Due::Taken(taken));
            }
            tokio::select! {
                biased;
                () = self.cut.cancelled() => return None,
                () = self.connection.woken() => {}
                _ = self.heartbeat.tick() => return Some(Due::Bytes(self.beat())),
            }
        }
    }

    /// What was taken, as bytes; none where this reader gets nothing of it. `None` at the end.
    async fn encoded(&mut self, taken: Outgoing) -> Option<Bytes> {
        let Reader { encode, scope, .. } = self.reader;
        let bytes = match taken {
            Outgoing::Frames(mut frames) => {
                loop {
                    let known_since = self.app.revocation.fresh_since();
                    frames = self.connection.judged_again(frames, known_since).await?;
                    // It may have taken a while.
                    if self.app.revocation.is_fresh() {
                        break;
                    }
                    if !self.allowed().await {
                        return None;
                    }
                }
                let mut parts = frames.iter().filter_map(|frame| encode(frame, scope));
                let first = parts.next().unwrap_or_default();
                match parts.next() {
                    None => first,
                    Some(second) => {
                        [first, second].into_iter().chain(parts).collect::<Vec<_>>().concat().into()
                    }
                }
            }
            Outgoing::Rights(changed, cursor) => rights(&changed, &cursor),
            // It brings no cursor, so the reader is as quiet as before.
            Outgoing::Presence(turnovers) => {
                return Some(presence(&self.connection.presence_of(&turnovers).await));
            }
            Outgoing::Resync(reason, cursor) => resync(reason, &cursor),
            Outgoing::End => return None,
        };
        if !bytes.is_empty() {
            self.beats = 0;
        }
        Some(bytes)
    }

    /// Says that the stream lives; to a quiet reader now and then where it is, so that it comes back with a young cursor.
    fn beat(&mut self) -> Bytes {
        self.beats += 1;
        let moved = if self.beats >= QUIET_BEATS { self.connection.moved_on() } else { None };
        match moved {
            Some(cursor) => {
                self.beats = 0;
                frame(frames::PING, &cursor, &serde_json::json!({}))
            }
            None => Bytes::from_static(STILL_HERE),
        }
    }
}
