//! The live stream as the client reads it.

use std::pin::Pin;

use ajet_protocol::Envelope;
use eventsource_stream::Eventsource;
use futures::{Stream, StreamExt};
use reqwest::Response;

/// One frame of a live stream.
#[derive(Debug, Clone)]
pub struct LiveEvent {
    /// The frame's name: an event type, or one of [`frames`](ajet_protocol::events::frames).
    pub name: String,
    /// The cursor to come back with.
    pub cursor: String,
    pub data: String,
}

impl LiveEvent {
    /// The event's envelope, where the frame is one.
    #[must_use]
    pub fn envelope(&self) -> Option<Envelope> {
        Envelope::parse_shown(self.data.as_bytes()).ok()
    }
}

/// An open live stream; dropping it closes the connection.
pub struct Live(Pin<Box<dyn Stream<Item = LiveEvent> + Send>>);

impl Live {
    pub(crate) fn new(response: Response) -> Self {
        let frames = response.bytes_stream().eventsource();
        let events = frames
            .take_while(|frame| futures::future::ready(frame.is_ok()))
            .filter_map(|frame| futures::future::ready(frame.ok()))
            .map(|frame| LiveEvent { name: frame.event, cursor: frame.id, data: frame.data });
        Self(Box::pin(events))
    }

    /// The next frame; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<LiveEvent> {
        self.0.next().await
    }
}
