//! One connection of the live stream as the client reads it. [`Events`](crate::Events) goes on over many of them.

use std::pin::Pin;
use std::time::Duration;

use ajet_protocol::{CommunityId, Envelope};
use eventsource_stream::Eventsource;
use futures::stream::unfold;
use futures::{Stream, StreamExt};
use reqwest::{Method, Response};

use crate::error::{Failed, checked};
use crate::{Client, Error};

/// One frame of a live stream.
#[derive(Debug, Clone)]
pub struct LiveEvent {
    /// The frame's name: an event type, or one of [`frames`](ajet_protocol::events::frames).
    pub name: String,
    /// The cursor to come back with.
    pub cursor: String,
    pub data: String,
    /// How long the server asks to wait before another connection is opened, if it says so in this frame.
    pub retry: Option<Duration>,
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
    /// The frames of an answer, until nothing at all comes for a time of `silence`. The server writes every 15 s, if only a comment.
    fn new(response: Response, silence: Duration) -> Self {
        let chunks = unfold(Box::pin(response.bytes_stream()), move |mut chunks| async move {
            let chunk = tokio::time::timeout(silence, chunks.next()).await.ok()??;
            Some((chunk, chunks))
        });
        let frames = Box::pin(chunks).eventsource();
        let events = frames
            .take_while(|frame| futures::future::ready(frame.is_ok()))
            .filter_map(|frame| futures::future::ready(frame.ok()))
            .map(|frame| LiveEvent {
                name: frame.event,
                cursor: frame.id,
                data: frame.data,
                retry: frame.retry,
            });
        Self(Box::pin(events))
    }

    /// The next frame; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<LiveEvent> {
        self.0.next().await
    }
}

impl Client {
    /// Opens the live stream, from a cursor on where there is one. It is one connection, asked for once; for one that stays see
    /// [`Client::events`].
    ///
    /// # Errors
    /// [`Error`]
    pub async fn live(&self, cursor: Option<&str>) -> Result<Live, Error> {
        Ok(self.opened(None, cursor, Duration::MAX).await?)
    }

    /// A stream of everything, or narrowed to a community.
    pub(crate) async fn opened(
        &self,
        community: Option<CommunityId>,
        cursor: Option<&str>,
        silence: Duration,
    ) -> Result<Live, Failed> {
        let query = community.map(|id| format!("?community_id={id}")).unwrap_or_default();
        let mut request = self.request(Method::GET, &format!("/api/events{query}"));
        if let Some(cursor) = cursor {
            request = request.header("last-event-id", cursor);
        }
        Ok(Live::new(checked(request.send().await?).await?, silence))
    }
}
