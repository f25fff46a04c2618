//! One node: everything alive on it, put together.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{EntityKey, Guard, Kind, NodeId};
use ajet_domain::journal::StreamPosition;
use ajet_protocol::{CommunityId, Envelope, Event, EventType, StreamId};
use ractor::SpawnErr;

use super::channel::Channels;
use super::community::Communities;
use super::feed::Feeds;
use super::publisher::Publisher;
use super::runtime::{Host, HostSettings, Services};
use super::session::{QueueLimits, SessionLimits, SessionServices, Sessions, StreamLimits};
use crate::bus::{Bus, EncodedEvent};
use crate::config::Config;
use crate::store::journal::Journal;
use crate::store::streams::Takeover;
use crate::store::{Store, StoreError, journal_options};

/// What activations use.
pub struct NodeServices {
    pub store: Store,
    pub journal: Journal,
    publisher: Publisher,
    feeds: Feeds,
    sessions: Sessions,
    number: u16,
    /// Whether operators may break things.
    pub chaos: bool,
}

/// A node's living parts; cheap to clone.
#[derive(Clone)]
pub struct Node {
    pub channels: Channels,
    pub communities: Communities,
    pub sessions: Sessions,
    pub store: Store,
    services: Arc<NodeServices>,
}

impl Node {
    /// Starts everything that lives on a node.
    ///
    /// # Errors
    /// When a supervisor can't be spawned.
    pub async fn start(
        config: &Config,
        me: NodeId,
        store: Store,
        bus: Bus,
        guard: Arc<Guard>,
    ) -> Result<Self, SpawnErr> {
        let journal = Journal::start(&journal_options(&config.db), store.line(), config.db.journal_lanes);
        let publisher = Publisher::start(store.clone(), bus.clone());
        let feeds = Feeds::start(store.clone(), bus.clone()).await?;
        let sessions = Sessions::start(SessionServices {
            store: store.clone(),
            feeds: feeds.clone(),
            bus,
            guard,
            limits: SessionLimits {
                queue: QueueLimits {
                    frames: config.events.queue_frames,
                    bytes: config.events.queue_mib << 20,
                },
                replay_bytes: (config.events.replay_mib as i64) << 20,
                streams: StreamLimits {
                    per_session: config.events.streams_per_session,
                    per_person: config.events.streams_per_person,
                },
            },
        })
        .await?;
        let services = Arc::new(NodeServices {
            store: store.clone(),
            journal,
            publisher,
            feeds,
            sessions: sessions.clone(),
            number: config.node_number(me.0),
            chaos: config.chaos.enabled,
        });
        let settings =
            HostSettings { mailbox: config.actors.mailbox, idle: Duration::from_secs(config.actors.idle_s) };
        Ok(Self {
            channels: Host::start(Arc::clone(&services), settings).await?,
            communities: Host::start(Arc::clone(&services), settings).await?,
            sessions,
            store,
            services,
        })
    }

    /// How many entities are active here.
    #[must_use]
    pub fn entities(&self) -> usize {
        self.channels.active() + self.communities.active()
    }

    /// Passivates what belongs elsewhere, after the commit it has under way; with `all`, also what is served here for a
    /// silent owner. When to look again, if something had to be left for now.
    pub async fn hand_off(
        &self,
        all: bool,
        belongs_elsewhere: impl Fn(EntityKey) -> bool,
    ) -> Option<Duration> {
        let key = |kind, id: uuid::Uuid| EntityKey { kind, id: id.as_u128() };
        let channels = self.channels.hand_off(all, |id| belongs_elsewhere(key(Kind::Channel, id.0))).await;
        let communities =
            self.communities.hand_off(all, |id| belongs_elsewhere(key(Kind::Community, id.0))).await;
        [channels, communities].into_iter().flatten().min()
    }

    /// Delivers and publishes events that were committed outside an entity: the founding of a community.
    pub fn announce(&self, events: &[Envelope]) {
        self.services.publish(events);
    }
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
            self.publisher.publish(&event);
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
        self.publisher.backlog(stream, head);
    }

    fn node_number(&self) -> u16 {
        self.number
    }
}
