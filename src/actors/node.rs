//! One node: everything alive on it, put together.
//!
//! It starts what lives here and hands out its parts. What follows the event log is not started here: the composition root
//! does that, with the outbox that it gave.

use std::sync::Arc;
use std::time::Duration;

use ajet_cluster::{EntityKey, Kind, NodeId};
use ajet_domain::asked::{Asked, Key};
use ajet_domain::channel::Direct;
use ajet_domain::community::Names;
use ractor::SpawnErr;
use tokio::sync::{Notify, mpsc};

use super::channel::Channels;
use super::community::Communities;
use super::feed::{Cursors, FeedServices, Feeds, Window};
use super::founding::{self, Founded};
use super::founding_dm::{self, FoundedDm};
use super::hosts::Kin;
use super::outbox::Outbox;
use super::person::Persons;
use super::runtime::{Host, HostSettings};
use super::services::NodeServices;
use super::session::{SessionLimits, SessionServices, Sessions, StreamLimits};
use crate::bus::Bus;
use crate::config::Config;
use crate::rights::Rights;
use crate::store::journal::{Journal, WaitingWords};
use crate::store::{Store, journal_options};

/// Arrivals in communities that sessions are still to be told of; those there is no room for are found later.
const ARRIVALS: usize = 1024;

/// What a node works with.
pub struct NodeParts {
    pub me: NodeId,
    pub store: Store,
    pub bus: Bus,
    /// Where committed events wait for the publisher.
    pub outbox: Outbox,
}

/// A node's living parts; cheap to clone.
#[derive(Clone)]
pub struct Node {
    pub channels: Channels,
    pub communities: Communities,
    pub persons: Persons,
    pub sessions: Sessions,
    pub store: Store,
    services: Arc<NodeServices>,
    hosts: Arc<[Arc<dyn Kin>]>,
}

impl Node {
    /// Starts everything that lives on a node.
    ///
    /// # Errors
    /// When a supervisor can't be spawned.
    pub async fn start(config: &Config, parts: NodeParts) -> Result<Self, SpawnErr> {
        let NodeParts { me, store, bus, outbox } = parts;
        let journal = Journal::start(&journal_options(&config.db), store.line(), config.db.journal_lanes);
        let rights = Rights::new(store.clone());
        let window = Window::new(config.events.window_mib << 20);
        let (arrivals, arrived) = mpsc::channel(ARRIVALS);
        let feeds = Feeds::start(FeedServices {
            store: store.clone(),
            bus,
            rights: rights.clone(),
            cursors: Cursors::new(window.boot()),
            window,
            arrivals,
        })
        .await?;
        let sessions = SessionServices {
            store: store.clone(),
            feeds: feeds.clone(),
            rights: rights.clone(),
            limits: session_limits(config),
        };
        let sessions = Sessions::start(sessions, arrived).await?;
        let services = Arc::new(NodeServices {
            store: store.clone(),
            journal,
            outbox,
            feeds,
            rights,
            sessions: sessions.clone(),
            number: config.node_number(me.0),
            chaos: config.chaos.enabled,
        });
        let settings =
            HostSettings { mailbox: config.actors.mailbox, idle: Duration::from_secs(config.actors.idle_s) };
        let channels: Channels = Host::start(Arc::clone(&services), settings).await?;
        let communities: Communities = Host::start(Arc::clone(&services), settings).await?;
        let persons: Persons = Host::start(Arc::clone(&services), settings).await?;
        let hosts: [Arc<dyn Kin>; 3] =
            [Arc::new(channels.clone()), Arc::new(communities.clone()), Arc::new(persons.clone())];
        Ok(Self { channels, communities, persons, sessions, store, services, hosts: Arc::new(hosts) })
    }

    /// The hosts of all kinds of entities that live here.
    #[must_use]
    pub fn hosts(&self) -> &[Arc<dyn Kin>] {
        &self.hosts
    }

    /// The host of a kind.
    #[must_use]
    pub fn host(&self, kind: Kind) -> Option<&Arc<dyn Kin>> {
        self.hosts.iter().find(|host| host.kind() == kind)
    }

    /// The feeds of this node, for what follows the log.
    #[must_use]
    pub fn feeds(&self) -> &Feeds {
        &self.services.feeds
    }

    /// What people may do, as this node remembers it.
    #[must_use]
    pub fn rights(&self) -> &Rights {
        &self.services.rights
    }

    /// Where committed events wait for this node's publisher, for what operators have published again.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.services.outbox
    }

    /// Told after commits of this node that leave people to be notified, for what notifies them.
    #[must_use]
    pub fn due(&self) -> Arc<Notify> {
        self.services.journal.due()
    }

    /// What the commits of this node left to be moved into the index of words.
    #[must_use]
    pub fn words(&self) -> Arc<WaitingWords> {
        self.services.journal.words()
    }

    /// Told after commits of this node that ask for jobs, for what carries these out.
    #[must_use]
    pub fn jobs(&self) -> Arc<Notify> {
        self.services.journal.jobs()
    }

    /// How many entities are active here.
    #[must_use]
    pub fn entities(&self) -> usize {
        self.hosts.iter().map(|host| host.active()).sum()
    }

    /// Passivates what belongs elsewhere, after the commit it has under way; with `all`, also what is served here for a
    /// silent owner. When to look again, if something had to be left for now.
    pub async fn hand_off(
        &self,
        all: bool,
        belongs_elsewhere: impl Fn(EntityKey) -> bool + Send + Sync,
    ) -> Option<Duration> {
        let mut again = None;
        for host in self.hosts() {
            again = [again, host.hand_off(all, &belongs_elsewhere).await].into_iter().flatten().min();
        }
        again
    }

    /// Founds a community under the caller's key. This and a direct message are all that is committed outside an entity.
    ///
    /// # Errors
    /// The domain's no, or that it can't be done now.
    pub async fn found(&self, asked: Asked<Names>, key: Key) -> Founded {
        founding::found(&self.services, asked, key).await
    }

    /// Finds or founds the direct message of some people under a key; the one that `asked` has, if any, is the caller's own.
    ///
    /// # Errors
    /// The domain's no, or that it can't be done now.
    pub async fn found_dm(&self, asked: Asked<Direct>, key: Key) -> FoundedDm {
        founding_dm::found(&self.services, asked, key).await
    }
}

fn session_limits(config: &Config) -> SessionLimits {
    SessionLimits {
        replay_bytes: (config.events.replay_mib as i64) << 20,
        streams: StreamLimits {
            per_session: config.events.streams_per_session,
            per_person: config.events.streams_per_person,
        },
    }
}
