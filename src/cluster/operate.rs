//! What operators ask: reports, drains, and with chaos on, deaths.

use std::time::Duration;

use ajet_cluster::{EntityKey, Kind, NodeId, RouteHeader, Seen};
use ajet_protocol::ops::{BusyEntity, ClusterReport, EntityReport, News, NodeLoad, NodeReport, NodeState};
use ajet_protocol::{ChannelId, CommunityId, StreamId, UserId};
use futures::future::join_all;
use tokio::time::Instant;
use uuid::Uuid;

use super::Cluster;
use super::ask::key_of;
use crate::actors::channel::Channel;
use crate::actors::community::Community;
use crate::actors::runtime::EntityInfo;
use crate::bus::wire::{Reply, Request};
use crate::store::StoreError;

/// Operators get their answer within this time; who has not answered by then is shown without figures.
const REPORT_WITHIN: Duration = Duration::from_millis(1000);

/// Entities that a node lists.
const LISTED: usize = 12;
/// News that are kept.
const NEWS: usize = 40;

/// How much a node's entities do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Throughput {
    per_s: f64,
    answer_ms: f64,
}

/// How an activation is to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillMode {
    /// Killed at its next breath.
    Stop,
    /// By a panic in its own code.
    Panic,
}

/// Why an operator's wish was not granted.
#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    #[error("there is no such thing")]
    NotThere,
    #[error("the node does not answer")]
    Silent,
    #[error("chaos is not enabled")]
    NotEnabled,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An entity by what operators call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityRef {
    pub kind: Kind,
    pub id: Uuid,
}

impl EntityRef {
    /// Reads `community`, `channel` or `user` and an id.
    #[must_use]
    pub fn parse(kind: &str, id: Uuid) -> Option<Self> {
        let kind = match kind {
            "community" => Kind::Community,
            "channel" => Kind::Channel,
            "user" => Kind::User,
            _ => return None,
        };
        Some(Self { kind, id })
    }

    fn kind_name(self) -> &'static str {
        match self.kind {
            Kind::Community => "community",
            Kind::Channel => "channel",
            Kind::User => "user",
        }
    }
}

impl Cluster {
    /// Whether operators may kill activations.
    #[must_use]
    pub fn allows_chaos(&self) -> bool {
        self.0.parts.chaos
    }

    /// All nodes, as this one sees them, with what each says of itself.
    pub async fn report(&self) -> ClusterReport {
        let seen: Vec<_> = self.0.router.view().read().members().collect();
        let mut nodes = join_all(seen.into_iter().map(|one| self.report_of(one))).await;
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        let told = nodes.iter_mut().filter_map(|node| node.load.as_mut());
        let mut news: Vec<_> = told.flat_map(|load| std::mem::take(&mut load.news)).collect();
        news.sort_by_key(|one| std::cmp::Reverse(one.at));
        news.truncate(NEWS);
        let parked = tokio::time::timeout(REPORT_WITHIN, self.0.parts.store.parked_events()).await;
        let parked = parked.ok().and_then(Result::ok);
        ClusterReport { asked: self.me().0, nodes, parked, news }
    }

    async fn report_of(&self, seen: Seen) -> NodeReport {
        let load = if seen.member.id == self.me() {
            Some(self.load())
        } else if seen.suspected {
            None
        } else {
            match self.order(seen.member.id, Request::Describe).await {
                Ok(Reply::Report(json)) => serde_json::from_str(&json).ok(),
                _ => None,
            }
        };
        let draining = load.as_ref().is_some_and(|load: &NodeLoad| load.draining);
        let state = match (seen.suspected, draining) {
            (true, _) => NodeState::Suspected,
            (false, true) => NodeState::Draining,
            (false, false) => NodeState::Up,
        };
        let member = seen.member;
        NodeReport {
            id: member.id.0,
            name: member.name,
            pid: member.pid,
            addr: member.addr,
            version: member.version,
            started_at_ms: member.started_at_ms,
            state,
            load,
        }
    }

    fn load(&self) -> NodeLoad {
        let (parts, throughput) = (&self.0.parts, *self.0.throughput.lock());
        NodeLoad {
            entities: parts.node.entities() as u64,
            sessions: parts.node.sessions.count() as u64,
            mailbox_depth: (parts.node.channels.waiting() + parts.node.communities.waiting()) as u64,
            crashes: parts.node.channels.crashes() + parts.node.communities.crashes(),
            draining: self.0.router.view().read().is_leaving(),
            nats: parts.bus.is_connected(),
            commands_per_s: throughput.per_s,
            answer_ms: throughput.answer_ms,
            busiest: self.busiest(),
            news: self.0.news.lock().iter().rev().cloned().collect(),
        }
    }

    fn busiest(&self) -> Vec<BusyEntity> {
        let node = &self.0.parts.node;
        let listed = |kind: &str, id: Uuid, info: EntityInfo| BusyEntity {
            kind: kind.into(),
            id,
            mailbox_depth: info.waiting as u64,
            uptime_s: info.uptime.as_secs_f64(),
            restarts: info.restarts,
        };
        let channels =
            node.channels.busiest(LISTED).into_iter().map(|(id, info)| listed("channel", id.0, info));
        let communities = node.communities.busiest(LISTED).into_iter();
        let mut all: Vec<_> =
            channels.chain(communities.map(|(id, info)| listed("community", id.0, info))).collect();
        all.sort_by(|a, b| {
            let by = |one: &BusyEntity| (one.mailbox_depth, one.restarts);
            by(b).cmp(&by(a)).then(b.uptime_s.total_cmp(&a.uptime_s))
        });
        all.truncate(LISTED);
        all
    }

    /// Measures how much the entities here do, second by second.
    pub(super) async fn keep_measuring(self) {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        let (mut last, mut crashes) = ((0, 0), 0);
        loop {
            tick.tick().await;
            let node = &self.0.parts.node;
            let (channels, communities) = (node.channels.answered(), node.communities.answered());
            let now = (channels.0 + communities.0, channels.1 + communities.1);
            let (count, us) = (now.0 - last.0, now.1 - last.1);
            let answer_ms = if count == 0 { 0.0 } else { us as f64 / count as f64 / 1000.0 };
            *self.0.throughput.lock() = Throughput { per_s: count as f64, answer_ms };
            last = now;
            let crashed = node.channels.crashes() + node.communities.crashes();
            if crashed > crashes {
                self.note_news(format!("{} activations crashed here", crashed - crashes));
                crashes = crashed;
            }
        }
    }

    /// Keeps something for operators to see.
    pub(super) fn note_news(&self, text: String) {
        let mut news = self.0.news.lock();
        if news.len() == NEWS {
            news.pop_front();
        }
        let node = self.0.parts.me.name.clone();
        news.push_back(News { at: crate::clock::now(), node, text });
    }

    /// Asks a node to stop as after SIGTERM.
    ///
    /// # Errors
    /// [`OpsError`]
    pub async fn drain(&self, node: NodeId) -> Result<(), OpsError> {
        if node == self.me() {
            self.0.drain_asked.notify_one();
            return Ok(());
        }
        if !self.0.router.view().read().others().contains(&node) {
            return Err(OpsError::NotThere);
        }
        self.order(node, Request::Drain).await.map(drop)
    }

    /// Where an entity lives, and how it does.
    ///
    /// # Errors
    /// [`OpsError`]
    pub async fn inspect(&self, named: EntityRef) -> Result<EntityReport, OpsError> {
        if named.kind == Kind::User {
            return self.inspect_session(named).await;
        }
        self.inspect_at(self.owner_of(named), named).await
    }

    /// A session lives where its person's connections are: here before elsewhere; all nodes say the same where it is
    /// nowhere.
    async fn inspect_session(&self, named: EntityRef) -> Result<EntityReport, OpsError> {
        let mut nodes = self.0.router.view().read().others();
        nodes.insert(0, self.me());
        let asked = join_all(nodes.into_iter().map(|node| self.inspect_at(node, named))).await;
        if let Some(found) = asked.into_iter().flatten().find(|found| found.active) {
            return Ok(found);
        }
        let key = EntityKey { kind: Kind::User, id: named.id.as_u128() };
        let owner = self.0.router.view().read().owner(key, &[]).0;
        Ok(EntityReport { owner, ..self.inspect_here(named).await? })
    }

    async fn inspect_at(&self, node: NodeId, named: EntityRef) -> Result<EntityReport, OpsError> {
        if node == self.me() {
            return self.inspect_here(named).await;
        }
        match self.order(node, Request::Inspect(named.kind_name().into(), named.id)).await? {
            Reply::Report(json) => serde_json::from_str(&json).map_err(|_| OpsError::Silent),
            Reply::Done(false) => Err(OpsError::NotThere),
            _ => Err(OpsError::Silent),
        }
    }

    /// Kills an activation wherever it lives.
    ///
    /// # Errors
    /// [`OpsError`]
    pub async fn kill(&self, named: EntityRef, death: KillMode) -> Result<(), OpsError> {
        if !self.0.parts.chaos {
            return Err(OpsError::NotEnabled);
        }
        let owner = self.owner_of(named);
        let done = if owner == self.me() {
            self.kill_here(named, death)
        } else {
            let request = Request::Kill(named.kind_name().into(), named.id, death == KillMode::Panic);
            matches!(self.order(owner, request).await?, Reply::Done(true))
        };
        if done { Ok(()) } else { Err(OpsError::NotThere) }
    }

    fn owner_of(&self, named: EntityRef) -> NodeId {
        let key = match named.kind {
            Kind::Community => key_of::<Community>(CommunityId(named.id)),
            Kind::Channel => key_of::<Channel>(ChannelId(named.id)),
            // Sessions live where their connections are.
            Kind::User => return self.me(),
        };
        self.0.router.view().read().owner(key, &[])
    }

    async fn inspect_here(&self, named: EntityRef) -> Result<EntityReport, OpsError> {
        let node = &self.0.parts.node;
        let info = match named.kind {
            Kind::Community => node.communities.info(CommunityId(named.id)),
            Kind::Channel => node.channels.info(ChannelId(named.id)),
            Kind::User => None,
        };
        let (seq, epoch, live) = if named.kind == Kind::User {
            (0, 0, node.sessions.count_of(UserId(named.id)) > 0)
        } else {
            let stood =
                self.0.parts.store.position_of(StreamId(named.id)).await?.ok_or(OpsError::NotThere)?;
            (stood.0, stood.1, info.is_some())
        };
        Ok(EntityReport {
            owner: self.me().0,
            active: live,
            seq,
            epoch,
            mailbox_depth: info.map_or(0, |info| info.waiting as u64),
            uptime_s: info.map_or(0.0, |info| info.uptime.as_secs_f64()),
            restarts: info.map_or(0, |info| info.restarts),
        })
    }

    fn kill_here(&self, named: EntityRef, death: KillMode) -> bool {
        let node = &self.0.parts.node;
        let panic = death == KillMode::Panic;
        match named.kind {
            Kind::Community => node.communities.kill(CommunityId(named.id), panic),
            Kind::Channel => node.channels.kill(ChannelId(named.id), panic),
            Kind::User => node.sessions.kill(UserId(named.id)),
        }
    }

    async fn order(&self, node: NodeId, request: Request) -> Result<Reply, OpsError> {
        let deadline = Instant::now() + REPORT_WITHIN;
        let reply = self.request(node, RouteHeader::default(), request, deadline).await;
        match reply.map_err(|_| OpsError::Silent)? {
            Reply::Refused => Err(OpsError::NotEnabled),
            reply => Ok(reply),
        }
    }

    /// Serves what is asked of the node itself.
    pub(super) async fn serve_node(&self, request: Request) -> Reply {
        match request {
            Request::EndSession(id) => self.end_session(id).await,
            Request::Describe => report(&self.load()),
            Request::Inspect(kind, id) => match EntityRef::parse(&kind, id) {
                Some(named) => match self.inspect_here(named).await {
                    Ok(found) => report(&found),
                    Err(OpsError::NotThere) => Reply::Done(false),
                    Err(_) => Reply::Refused,
                },
                None => Reply::Done(false),
            },
            Request::Kill(kind, id, panic) => match EntityRef::parse(&kind, id) {
                Some(named) if self.0.parts.chaos => {
                    Reply::Done(self.kill_here(named, if panic { KillMode::Panic } else { KillMode::Stop }))
                }
                _ => Reply::Refused,
            },
            Request::Drain => {
                self.0.drain_asked.notify_one();
                Reply::Done(true)
            }
            Request::Channel(..) | Request::Community(..) => Reply::Refused,
        }
    }
}

fn report(report: &impl serde::Serialize) -> Reply {
    serde_json::to_string(report).map_or(Reply::Refused, Reply::Report)
}
