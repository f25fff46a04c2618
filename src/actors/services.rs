//! What entities use of their node: the store, the journal, and the ways on which committed events go out.
//!
//! Every kind of entity imports this; it knows none of them. The node puts it together (`node.rs`).

use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::acl::Scope;
use ajet_domain::journal::StreamPosition;
use ajet_protocol::{Addressed, StreamId, Topic, UserId};

use super::feed::Feeds;
use super::outbox::Outbox;
use super::runtime::Services;
use super::session::Sessions;
use crate::bus::EncodedEvent;
use crate::rights::Rights;
use crate::store::journal::Journal;
use crate::store::streams::Takeover;
use crate::store::{Store, StoreError};

/// What activations use.
pub struct NodeServices {
    pub store: Store,
    pub journal: Journal,
    /// What people may do, as this node remembers it.
    pub rights: Rights,
    pub(super) outbox: Outbox,
    pub(super) feeds: Feeds,
    pub(super) sessions: Sessions,
    /// This node's number, part of every id.
    pub(super) number: u16,
    /// Whether operators may break things.
    pub chaos: bool,
}

impl NodeServices {
    /// Has the sessions here of a person who came to a community or a direct message listen to it.
    fn arrived(&self, topic: Topic, user: UserId) {
        if !self.sessions.lack(user, topic) {
            return;
        }
        let sessions = self.sessions.clone();
        tokio::spawn(async move { sessions.belongs(user, topic).await });
    }
}

impl Services for NodeServices {
    async fn take_over(&self, kind: Kind, stream: StreamId) -> Result<Option<Takeover>, StoreError> {
        self.store.take_over(kind, stream).await
    }

    async fn sight(&self, stream: StreamId, head: u64) -> Result<Option<StreamPosition>, StoreError> {
        self.store.sight(stream, head).await
    }

    fn publish(&self, events: &[Addressed]) {
        for addressed in events {
            let event = Arc::new(EncodedEvent::of(addressed));
            self.feeds.offer(&event);
            self.outbox.publish(&event);
            // Their sessions don't listen to the topic yet.
            for user in addressed.event.arrivals() {
                self.arrived(addressed.to.topic, user);
            }
        }
    }

    fn publish_backlog(&self, topic: Topic, stream: StreamId, head: u64) {
        // A feed that lacks some of it is told, and reads them from the log.
        self.feeds.tell(topic, stream, head);
        self.outbox.backlog(stream, head);
    }

    fn heard(&self, scope: Scope, acl_version: u64) {
        self.rights.heard(scope, acl_version);
    }

    fn node_number(&self) -> u16 {
        self.number
    }
}
