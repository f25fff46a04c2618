//! The connection to NATS (EB-1 to EB-11): it comes and goes, and the node lives on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ajet_protocol::subjects::{STREAM, STREAM_SUBJECTS, Subject};
use async_nats::jetstream::{self, context::PublishAckFuture, stream};
use async_nats::{Client, ConnectOptions, Event, HeaderMap, HeaderValue, Subscriber, header};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use super::EncodedEvent;
use super::seal::{Seals, Use};

/// Publishes under way without an acknowledgement at most; the publisher's window is smaller.
const IN_FLIGHT: usize = 1024;
const ACK_WITHIN: Duration = Duration::from_secs(5);
const SET_UP_EVERY: Duration = Duration::from_millis(500);
const SHORT: Duration = Duration::from_secs(2);
/// JetStream drops duplicates of a message id within this time; consumers drop them by stream and number for ever.
const DUPLICATES_WITHIN: Duration = Duration::from_secs(120);

/// Why NATS can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The address is none.
    #[error("nats.url is not a NATS address: {0}")]
    BadAddress(String),
    /// It could not be reached, or the connection is closed.
    #[error("NATS is away: {0}")]
    Away(String),
    /// It takes no message of this size.
    #[error("larger than NATS takes")]
    TooLarge,
}

/// Why an event is not known to be on the stream.
#[derive(Debug, thiserror::Error)]
pub enum PublishFailed {
    /// It may or may not be there: trying again is safe, and may help.
    #[error("not acknowledged: {0}")]
    Unknown(String),
    /// NATS takes no message of this size, now or later.
    #[error("larger than NATS takes")]
    TooLarge,
}

/// A node's connection; cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    jetstream: jetstream::Context,
    state: Arc<State>,
    retention: Retention,
    seals: Seals,
}

/// Where NATS is, and who we are there.
#[derive(Debug, Clone, Copy)]
pub struct BusOptions<'a> {
    /// One address, or several with commas between.
    pub url: &'a str,
    /// Empty: without signing in.
    pub user: &'a str,
    pub password: &'a SecretString,
    /// The certificate authority to check against, in place of those of the system.
    pub tls_ca: Option<&'a Path>,
    /// What operators of NATS see.
    pub name: &'a str,
}

/// How JetStream keeps what it is given.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    pub retention: Duration,
    /// Servers that keep a copy.
    pub replicas: u8,
}

#[derive(Debug, Default)]
struct State {
    closed: AtomicBool,
    /// The stream exists as far as we know.
    stream_ready: AtomicBool,
    /// How often a connection came about.
    connections: watch::Sender<u64>,
}

impl Bus {
    /// Connects in the background: a node starts and serves without NATS, and catches up when it is there.
    ///
    /// # Errors
    /// [`BusError::BadAddress`], when the address can't be right.
    pub async fn connect(to: &BusOptions<'_>, retention: Retention, seals: Seals) -> Result<Self, BusError> {
        let state = Arc::new(State::default());
        let seen = Arc::clone(&state);
        let options = match to.user {
            "" => ConnectOptions::new(),
            user => ConnectOptions::with_user_and_password(user.into(), to.password.expose_secret().into()),
        };
        let options = match to.tls_ca {
            Some(path) => options.add_root_certificates(path.to_owned()),
            None => options,
        };
        let client = options
            .name(to.name)
            // Also of servers that the first one tells of: they are told our password.
            .require_tls(to.url.split(',').all(|url| url.trim().starts_with("tls://")))
            // What this node publishes reaches its own sessions by the local short cut.
            .no_echo()
            .retry_on_initial_connect()
            // Short, since a lost packet of the handshake is sent again only after a second: better a fresh try.
            .connection_timeout(Duration::from_secs(1))
            .ping_interval(Duration::from_secs(5))
            .request_timeout(Some(SHORT))
            .max_reconnects(None)
            .reconnect_delay_callback(|attempt| Duration::from_millis((50 << attempt.min(3)).min(250)))
            .event_callback(move |event| {
                let seen = Arc::clone(&seen);
                async move { seen.note(&event) }
            })
            .connect(to.url.split(',').map(str::trim).collect::<Vec<_>>())
            .await
            .map_err(|error| BusError::BadAddress(error.to_string()))?;
        let jetstream = jetstream::ContextBuilder::new()
            .timeout(SHORT)
            .ack_timeout(ACK_WITHIN)
            .max_ack_inflight(IN_FLIGHT)
            .backpressure_on_inflight(false)
            .build(client.clone());
        let bus = Self { client, jetstream, state, retention, seals };
        tokio::spawn(bus.clone().keep_stream());
        Ok(bus)
    }

    /// Whether the connection is up (EB-10).
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
            && !self.state.closed.load(Ordering::Relaxed)
    }

    /// Whether durable events can be published.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.is_connected() && self.state.stream_ready.load(Ordering::Relaxed)
    }

    /// Hands a durable event to JetStream; the future resolves with its acknowledgement.
    ///
    /// # Errors
    /// [`PublishFailed`], when it could not even be sent.
    pub async fn publish(
        &self,
        subject: &Subject,
        event: &EncodedEvent,
    ) -> Result<Acknowledgement, PublishFailed> {
        let subject = subject.to_string();
        let mut headers = self.headers(&subject, event);
        headers.insert(header::NATS_MESSAGE_ID, HeaderValue::from(event.id.to_string()));
        let sent = self.jetstream.publish_with_headers(subject, headers, event.json.clone()).await;
        sent.map(Acknowledgement).map_err(|error| self.failed(&error))
    }

    /// Sends an event to the current subscribers of a subject, beside or without its place on the stream.
    ///
    /// # Errors
    /// [`BusError`], when it could not be sent.
    pub async fn send_event(&self, subject: &Subject, event: &EncodedEvent) -> Result<(), BusError> {
        let subject = subject.to_string();
        let headers = self.headers(&subject, event);
        self.hand_over(subject, headers, event.json.clone()).await
    }

    /// Sends a copy of an event that was published, to the current subscribers of another subject of the stream. It carries the event's
    /// message id, by which JetStream drops it as a duplicate.
    ///
    /// # Errors
    /// [`BusError`], when it could not be sent.
    pub async fn send_copy(&self, subject: &Subject, event: &EncodedEvent) -> Result<(), BusError> {
        let subject = subject.to_string();
        let mut headers = self.headers(&subject, event);
        headers.insert(header::NATS_MESSAGE_ID, HeaderValue::from(event.id.to_string()));
        self.hand_over(subject, headers, event.json.clone()).await
    }

    /// Sends sealed bytes to the current subscribers; nothing is kept.
    ///
    /// # Errors
    /// [`BusError`], when they could not be sent.
    pub async fn send(&self, what: Use, subject: &str, payload: bytes::Bytes) -> Result<(), BusError> {
        let headers = self.seals.headers(what, subject, &payload);
        self.hand_over(subject.to_owned(), headers, payload).await
    }

    async fn hand_over(
        &self,
        subject: String,
        headers: HeaderMap,
        payload: bytes::Bytes,
    ) -> Result<(), BusError> {
        if self.state.closed.load(Ordering::Relaxed) {
            return Err(BusError::Away("the connection is closed".into()));
        }
        let sent = self.client.publish_with_headers(subject, headers, payload).await;
        sent.map_err(|error| match error.kind() {
            async_nats::client::PublishErrorKind::MaxPayloadExceeded => BusError::TooLarge,
            _ => BusError::Away(error.to_string()),
        })
    }

    /// The headers of an event: the seal of its bytes, and who gets it.
    fn headers(&self, subject: &str, event: &EncodedEvent) -> HeaderMap {
        let mut headers = self.seals.headers(Use::Event, subject, &event.json);
        if let Some(to) = event.to {
            self.seals.address(&mut headers, subject, event.id, to.audience);
        }
        headers
    }

    /// Changes whenever a connection comes about: what was sent while there was none is lost.
    #[must_use]
    pub fn connections(&self) -> watch::Receiver<u64> {
        self.state.connections.subscribe()
    }

    pub(super) fn seals(&self) -> &Seals {
        &self.seals
    }

    /// Listens to a subject, wildcards included (EB-7); ends when the subscriber is dropped.
    ///
    /// # Errors
    /// [`BusError::Away`], when the connection is closed.
    pub async fn subscribe(&self, subject: &str) -> Result<Subscriber, BusError> {
        let subscribing = tokio::time::timeout(SHORT, self.client.subscribe(subject.to_owned())).await;
        let away = |reason: String| BusError::Away(reason);
        subscribing.map_err(|_| away("no room for commands".into()))?.map_err(|error| away(error.to_string()))
    }

    /// The JetStream context, for consumers that replay (EB-8).
    #[must_use]
    pub fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }

    /// Waits until the server has taken what was handed over, or does not answer: a round trip, since the client's own
    /// flush ends at the socket.
    pub async fn flush(&self) {
        let _ = tokio::time::timeout(SHORT, self.client.flush()).await;
        let _ = tokio::time::timeout(SHORT, self.jetstream.query_account()).await;
    }

    /// Closes the connection (EB-5); later sends fail.
    pub async fn close(&self) {
        self.flush().await;
        self.state.closed.store(true, Ordering::Relaxed);
        let _ = tokio::time::timeout(SHORT, self.client.drain()).await;
    }

    pub(super) fn replicas(&self) -> usize {
        self.retention.replicas.into()
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Makes the stream when NATS comes up, and again after its data was wiped.
    async fn keep_stream(self) {
        while !self.state.closed.load(Ordering::Relaxed) {
            if self.is_connected() && !self.state.stream_ready.load(Ordering::Relaxed) {
                match tokio::time::timeout(ACK_WITHIN, self.jetstream.create_or_update_stream(self.stream()))
                    .await
                {
                    Ok(Ok(_)) => self.state.stream_ready.store(true, Ordering::Relaxed),
                    Ok(Err(error)) => tracing::warn!(%error, "JetStream is not ready"),
                    Err(_) => tracing::warn!("JetStream does not answer"),
                }
            }
            tokio::time::sleep(SET_UP_EVERY).await;
        }
    }

    fn stream(&self) -> stream::Config {
        stream::Config {
            name: STREAM.into(),
            subjects: STREAM_SUBJECTS.map(str::to_owned).to_vec(),
            storage: stream::StorageType::File,
            max_age: self.retention.retention,
            num_replicas: self.retention.replicas.into(),
            duplicate_window: DUPLICATES_WITHIN,
            ..Default::default()
        }
    }

    fn failed(&self, error: &async_nats::jetstream::context::PublishError) -> PublishFailed {
        use jetstream::context::PublishErrorKind;
        match error.kind() {
            PublishErrorKind::MaxPayloadExceeded => return PublishFailed::TooLarge,
            PublishErrorKind::StreamNotFound => self.state.stream_ready.store(false, Ordering::Relaxed),
            _ => {}
        }
        PublishFailed::Unknown(error.to_string())
    }

    /// Waits for an acknowledgement.
    ///
    /// # Errors
    /// [`PublishFailed`], when none came.
    pub async fn acknowledged(&self, one: Acknowledgement) -> Result<(), PublishFailed> {
        one.0.await.map(drop).map_err(|error| self.failed(&error))
    }
}

/// The acknowledgement of a publish, still to come.
#[derive(Debug)]
pub struct Acknowledgement(PublishAckFuture);

impl State {
    fn note(&self, event: &Event) {
        match event {
            Event::Disconnected => {
                // The server may come back without its data: the stream is looked at again.
                self.stream_ready.store(false, Ordering::Relaxed);
                tracing::warn!("NATS connection lost");
            }
            Event::Connected => {
                self.connections.send_modify(|count| *count += 1);
                tracing::info!("NATS connected");
            }
            Event::SlowConsumer(_) => tracing::warn!("NATS dropped messages for a slow subscription"),
            Event::Closed => self.closed.store(true, Ordering::Relaxed),
            other => tracing::debug!(event = %other, "NATS"),
        }
    }
}
