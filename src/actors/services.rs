//! What entities use of their node: the store, the journal, and the ways on which committed events go out.
//!
//! Every kind of entity imports this; it knows none of them. The node puts it together (`node.rs`).

use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::journal::StreamPosition;
use ajet_protocol::{CommunityId, Envelope, Event, EventType, StreamId};

use super::feed::Feeds;
use super::outbox::Outbox;
use super::runtime::Services;
use super::session::Sessions;
use crate::bus::EncodedEvent;
use crate::store::journal::Journal;
use crate::store::streams::Takeover;
use crate::store::{Store, StoreError};

/// What activations use.
pub struct NodeServices {
    pub store: Store,
    pub journal: Journal,
    pub(super) outbox: Outbox,
    pub(super) feeds: Feeds,
    pub(super) sessions: Sessions,
    /// This node's number, part of every id.
    pub(super) number: u16,
    /// Whether operators may break things.
    pub chaos: bool,
}

impl Services for NodeServices {
    async fn take_over(&self, kind: Kind, stream: StreamId) -> Result<Option<Takeover>, StoreError> {
        self.store.take_over(kind, stream).await
    }

    async fn sight(&self, stream: StreamId, head: u64) -> Result<Option<StreamPosition>, StoreError> {
        self.store.sight(stream, head).await
    }

    fn publish(&self, events: &[Envelope]) {
        for envelope in events {
            let event = Arc::new(EncodedEvent::of(envelope));
            self.feeds.offer(&event);
            self.outbox.publish(&event);
            if event.kind == Some(EventType::MemberJoined)
                && event.channel_id.is_none()
                && let Ok(Some(Event::MemberJoined(joined))) = envelope.event()
            {
                self.sessions.belongs(joined.member.user.id, &event);
            }
        }
    }

    fn publish_backlog(&self, community: CommunityId, stream: StreamId, head: u64) {
        // A feed that lacks some of it is told, and reads them from the log.
        self.feeds.tell(community, stream, head);
        self.outbox.backlog(stream, head);
    }

    fn node_number(&self) -> u16 {
        self.number
    }
}
