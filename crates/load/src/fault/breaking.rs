//! Breaking things, and putting them right again.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::ops::{ClusterReport, EntityReport, TRAP};
use ajet_protocol::{Channel, PostMessage};
use reqwest::Method;
use rustix::process::Signal;
use sqlx::{Connection, Executor, PgConnection};

use super::{Crowd, Fault};
use crate::history::Action;
use crate::lab::{Flavour, Lab};
use crate::proxy::Edge;
use crate::workload::{Scene, Writer};

/// Between two restarts in a row the nodes find each other, usually.
const SETTLES_WITHIN: Duration = Duration::from_secs(3);
/// A grace that no drain fits into.
const SHORT_GRACE: Duration = Duration::from_millis(100);
/// Until a commit whose answer is held back is under way, most likely.
const IN_APPEND: Duration = Duration::from_millis(20);
const LOCK_TRIES: usize = 5;
/// How wrong a clock is.
const SKEW_S: i64 = 300;

/// Breaks one thing or two in an installation that people use.
pub struct Breaker<'a> {
    lab: &'a mut Lab,
    scene: &'a Arc<Scene>,
    owner: &'a Client,
    crowd: Crowd,
    /// Holds the locks that everybody waits for.
    lock: Option<PgConnection>,
    traps: usize,
    endless: usize,
}

impl<'a> Breaker<'a> {
    /// One for a lab and its people.
    pub fn new(lab: &'a mut Lab, scene: &'a Arc<Scene>, owner: &'a Client, crowd: Crowd) -> Self {
        Self { lab, scene, owner, crowd, lock: None, traps: 0, endless: 0 }
    }

    /// What it breaks.
    pub fn lab(&mut self) -> &mut Lab {
        self.lab
    }

    /// How many streams went on since this was asked last, though nobody had read them (I12).
    pub fn endless_streams(&mut self) -> usize {
        std::mem::take(&mut self.endless)
    }

    /// Breaks something.
    ///
    /// # Errors
    /// When the lab can't do that.
    pub async fn begin(&mut self, fault: Fault, victim: usize) -> anyhow::Result<()> {
        let lab = &mut *self.lab;
        match fault {
            Fault::ActorKilled => self.kill_actors("stop").await?,
            Fault::ActorPanics => self.kill_actors("panic").await?,
            Fault::PoisonCommand => self.poison().await,
            Fault::NodeKilled => lab.signal(victim, Signal::KILL),
            Fault::NodeTerminated => lab.signal(victim, Signal::TERM),
            Fault::ShortGrace => {
                lab.signal(victim, Signal::TERM);
                tokio::time::sleep(SHORT_GRACE).await;
                lab.signal(victim, Signal::KILL);
            }
            Fault::NodeFrozen => lab.signal(victim, Signal::STOP),
            Fault::FrozenInAppend => {
                lab.edge_to_database(victim, Edge::OneWay);
                tokio::time::sleep(IN_APPEND).await;
                lab.signal(victim, Signal::STOP);
                lab.edge_to_database(victim, Edge::Open);
            }
            Fault::NodeCutFromNats => lab.edge_to_nats(victim, Edge::Cut),
            Fault::NodeDeafToNats => lab.edge_to_nats(victim, Edge::OneWay),
            Fault::NodeSlowToNats => lab.edge_to_nats(victim, Edge::Slow(Duration::from_millis(50))),
            Fault::NodeCutFromPostgres => lab.edge_to_database(victim, Edge::BlackHole),
            Fault::NodeDeafToPostgres => lab.edge_to_database(victim, Edge::OneWay),
            Fault::NodeSlowToPostgres => lab.edge_to_database(victim, Edge::Slow(Duration::from_millis(50))),
            Fault::NatsRestarted | Fault::NatsGone => lab.stack.nats.pause().await,
            Fault::NatsWiped => {
                lab.stack.nats.pause().await;
                lab.stack.nats.wipe()?;
            }
            Fault::NatsDiskFull => lab.stack.nats.fill_disks()?,
            Fault::OneNatsServer => {
                let servers = usize::from(lab.stack.nats.servers());
                lab.stack.nats.pause_one(victim % servers).await;
            }
            Fault::PostgresRestarted => lab.stack.postgres.kill().await,
            Fault::PostgresHanging => {
                (0..lab.nodes.len()).for_each(|n| lab.edge_to_database(n, Edge::BlackHole));
            }
            Fault::PoolExhausted => self.lock_tables().await?,
            Fault::ObjectStoreGone => {
                (0..lab.nodes.len()).for_each(|n| lab.edge_to_objects(n, Edge::Cut));
            }
            Fault::LogDiskFull => self.again_as(victim, Flavour::LogDiskFull).await?,
            Fault::TwoVersions => self.again_as(victim, Flavour::OtherVersion).await?,
            Fault::NodeCramped => self.again_as(victim, Flavour::Cramped).await?,
            Fault::ClockAhead => self.again_as(victim, Flavour::Clock(SKEW_S)).await?,
            Fault::ClockBehind => self.again_as(victim, Flavour::Clock(-SKEW_S)).await?,
            Fault::SlowReaders => self.crowd.read_nothing(self.scene).await,
            Fault::ReconnectHerd => self.crowd.come_back(self.scene).await,
            Fault::RevocationHerd => self.crowd.sign_out(self.scene).await,
            // Where the database is away just now it does not come up.
            Fault::ScaleOut => drop(lab.add().await),
            Fault::RollingRestart => self.restart_all().await,
        }
        Ok(())
    }

    /// Puts it right again.
    ///
    /// # Errors
    /// When something does not come back.
    pub async fn end(&mut self, fault: Fault, victim: usize) -> anyhow::Result<()> {
        let lab = &mut *self.lab;
        match fault {
            Fault::NodeKilled | Fault::NodeTerminated | Fault::ShortGrace => {
                lab.ended(victim).await;
                lab.restart(victim).await?;
            }
            Fault::NodeFrozen | Fault::FrozenInAppend => lab.signal(victim, Signal::CONT),
            Fault::NodeCutFromNats | Fault::NodeDeafToNats | Fault::NodeSlowToNats => {
                lab.edge_to_nats(victim, Edge::Open);
            }
            Fault::NodeCutFromPostgres | Fault::NodeDeafToPostgres | Fault::NodeSlowToPostgres => {
                lab.edge_to_database(victim, Edge::Open);
            }
            Fault::NatsRestarted | Fault::NatsGone | Fault::NatsWiped | Fault::OneNatsServer => {
                lab.stack.nats.resume().await?;
            }
            Fault::NatsDiskFull => {
                lab.stack.nats.pause().await;
                lab.stack.nats.resume().await?;
            }
            Fault::PostgresRestarted => lab.stack.postgres.resume().await?,
            Fault::PostgresHanging => {
                (0..lab.nodes.len()).for_each(|n| lab.edge_to_database(n, Edge::Open));
            }
            Fault::PoolExhausted => self.lock = None,
            Fault::ObjectStoreGone => {
                (0..lab.nodes.len()).for_each(|n| lab.edge_to_objects(n, Edge::Open));
            }
            Fault::LogDiskFull
            | Fault::NodeCramped
            | Fault::TwoVersions
            | Fault::ClockAhead
            | Fault::ClockBehind => {
                self.again_as(victim, Flavour::Plain).await?;
            }
            Fault::SlowReaders => self.endless += self.crowd.go_away().await,
            Fault::ReconnectHerd => self.crowd.leave(),
            Fault::RevocationHerd => self.crowd.signed_out().await,
            Fault::ScaleOut => lab.scale_in().await,
            Fault::ActorKilled | Fault::ActorPanics | Fault::PoisonCommand => {}
            Fault::RollingRestart => {
                for n in 0..lab.nodes.len() {
                    lab.restart(n).await?;
                }
            }
        }
        Ok(())
    }

    async fn kill_actors(&self, mode: &str) -> anyhow::Result<()> {
        let ops = self.lab.ops(0)?;
        for room in &self.scene.rooms {
            let path = format!("/ops/entities/channel/{}?mode={mode}", room.id);
            // One that is not active just now can't be killed.
            let _ = ops.send_empty(Method::DELETE, &path).await;
        }
        Ok(())
    }

    /// A post in each room that crashes whoever decides it.
    async fn poison(&mut self) {
        for room in self.scene.rooms.clone() {
            self.traps += 1;
            let key = format!("{TRAP}{}", self.traps);
            let request = PostMessage {
                body_md: format!("{key} is poison"),
                parent_id: None,
                attachment_ids: vec![],
                client_mutation_id: Some(key.clone()),
            };
            let action = Action::Post { channel: room.id.0, key, body: request.body_md.clone() };
            let path = format!("/api/channels/{}/messages", room.id);
            let mut poisoner = Writer::new(self.scene, "poisoner".into(), self.owner, 0, 0).patient();
            poisoner.ask::<ajet_protocol::Message>(action, Method::POST, &path, Some(&request)).await;
        }
    }

    async fn lock_tables(&mut self) -> anyhow::Result<()> {
        let postgres = &self.lab.stack.postgres;
        let mut result = Ok(());
        for _ in 0..LOCK_TRIES {
            // Where the database is away just now its pools are of no use anyhow.
            let Ok(mut lock) = PgConnection::connect(&postgres.url(postgres.database())).await else {
                return Ok(());
            };
            let tables =
                "begin; lock table users, sessions, channels, messages, events in access exclusive mode";
            match lock.execute(tables).await {
                Ok(_) => {
                    self.lock = Some(lock);
                    return Ok(());
                }
                // Those who write may have been in each other's way and ours.
                Err(error) => result = Err(error.into()),
            }
        }
        result
    }

    /// Stops a node in good order and starts it again in another way.
    async fn again_as(&mut self, victim: usize, flavour: Flavour) -> anyhow::Result<()> {
        self.lab.signal(victim, Signal::TERM);
        self.lab.ended(victim).await;
        self.lab.nodes[victim].flavour = flavour;
        match self.lab.restart(victim).await {
            Err(error) if flavour == Flavour::Plain => Err(error),
            // Together with another fault it may come up only when that is over.
            _ => Ok(()),
        }
    }

    async fn restart_all(&mut self) {
        let lab = &mut *self.lab;
        for n in 0..lab.nodes.len() {
            lab.signal(n, Signal::TERM);
            lab.ended(n).await;
            let _ = lab.restart(n).await;
            // Together with another fault they may not all see each other: then they go one after another blindly.
            let _ = tokio::time::timeout(SETTLES_WITHIN, lab.settled()).await;
        }
    }
}

/// A node that owns at least one of these rooms, as operators see it; the first if none is known.
pub async fn an_owner(lab: &mut Lab, rooms: &[Channel], seed: usize) -> usize {
    let running = lab.running();
    let Some(asked) = running.first().copied() else { return 0 };
    let Ok(ops) = lab.ops(asked) else { return asked };
    let room = &rooms[seed % rooms.len()];
    let found: Result<EntityReport, _> = ops.get(&format!("/ops/entities/channel/{}", room.id)).await;
    let report: Result<ClusterReport, _> = ops.get("/ops/cluster").await;
    let (Ok(found), Ok(report)) = (found, report) else { return asked };
    let addr = report.nodes.iter().find(|node| node.id == found.owner).map(|node| node.addr.clone());
    let place = lab.nodes.iter().position(|node| Some(node.addr.to_string()) == addr);
    place.unwrap_or(asked)
}
