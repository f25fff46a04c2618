//! What breaks, by name.

use std::time::Duration;

use ajet_protocol::Channel;
use ajet_protocol::ops::EntityReport;
use reqwest::Method;
use rustix::process::Signal;

use crate::lab::Lab;
use crate::proxy::Edge;

/// A fault to survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Fault {
    ActorKilled,
    ActorPanics,
    NodeKilled,
    NodeTerminated,
    NodeFrozen,
    NodeCutFromNats,
    NodeCutFromPostgres,
    NodeSlowToPostgres,
    NatsRestarted,
    NatsGone,
    NatsWiped,
    PostgresRestarted,
    PostgresHanging,
    ScaleOut,
    RollingRestart,
}

/// Times to reach.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Writes are accepted again within this time, for the 99th percentile.
    pub writes: Option<Duration>,
    /// Events flow again within this time, for the 99th percentile.
    pub events: Option<Duration>,
}

impl Fault {
    /// The short set that every change is put through.
    pub const SHORT: [Fault; 9] = [
        Fault::ActorKilled,
        Fault::ActorPanics,
        Fault::NodeKilled,
        Fault::NodeTerminated,
        Fault::NodeFrozen,
        Fault::NatsRestarted,
        Fault::NatsWiped,
        Fault::PostgresRestarted,
        Fault::NodeCutFromNats,
    ];

    /// Its name, as on the command line.
    #[must_use]
    pub fn name(self) -> String {
        use clap::ValueEnum;
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// How long it lasts.
    #[must_use]
    pub fn lasts(self, long: bool) -> Duration {
        let seconds = |short: u64, long_: u64| Duration::from_secs(if long { long_ } else { short });
        match self {
            Fault::NodeFrozen => seconds(4, 30),
            Fault::NatsGone => seconds(5, 60),
            Fault::NodeCutFromNats | Fault::NodeCutFromPostgres => seconds(4, 20),
            Fault::NodeSlowToPostgres | Fault::PostgresHanging => seconds(3, 10),
            Fault::NatsRestarted | Fault::NatsWiped => seconds(1, 3),
            Fault::NodeKilled | Fault::NodeTerminated | Fault::ScaleOut | Fault::RollingRestart => {
                seconds(2, 5)
            }
            Fault::ActorKilled | Fault::ActorPanics | Fault::PostgresRestarted => seconds(1, 1),
        }
    }

    /// The times to reach (`docs/chaos.md`); counted from the fault's beginning, or its end where something has
    /// to come back first.
    #[must_use]
    pub fn goal(self) -> Goal {
        let ms = |writes: u64, events: u64| Goal {
            writes: (writes > 0).then(|| Duration::from_millis(writes)),
            events: (events > 0).then(|| Duration::from_millis(events)),
        };
        match self {
            Fault::ActorKilled | Fault::ActorPanics => ms(50, 50),
            Fault::NodeKilled => ms(500, 2500),
            Fault::NodeFrozen => ms(2000, 2000),
            Fault::NodeTerminated | Fault::RollingRestart | Fault::ScaleOut => ms(500, 2000),
            Fault::NatsRestarted | Fault::NatsGone | Fault::NatsWiped => ms(0, 2000),
            Fault::PostgresRestarted => ms(1000, 1000),
            _ => ms(0, 0),
        }
    }

    /// Whether its times count from when it is over.
    #[must_use]
    pub fn counts_from_end(self) -> bool {
        matches!(
            self,
            Fault::NatsRestarted
                | Fault::NatsGone
                | Fault::NatsWiped
                | Fault::PostgresRestarted
                | Fault::PostgresHanging
        )
    }

    /// Breaks something.
    ///
    /// # Errors
    /// When the lab can't do that.
    pub async fn begin(self, lab: &mut Lab, rooms: &[Channel], victim: usize) -> anyhow::Result<()> {
        match self {
            Fault::ActorKilled | Fault::ActorPanics => {
                let mode = if self == Fault::ActorPanics { "panic" } else { "stop" };
                let ops = lab.ops(0)?;
                for room in rooms {
                    let path = format!("/ops/entities/channel/{}?mode={mode}", room.id);
                    // One that is not active just now can't be killed.
                    let _ = ops.send_empty(Method::DELETE, &path).await;
                }
            }
            Fault::NodeKilled => lab.signal(victim, Signal::KILL),
            Fault::NodeTerminated => lab.signal(victim, Signal::TERM),
            Fault::NodeFrozen => lab.signal(victim, Signal::STOP),
            Fault::NodeCutFromNats => lab.edge_to_nats(victim, Edge::Cut),
            Fault::NodeCutFromPostgres => lab.edge_to_database(victim, Edge::BlackHole),
            Fault::NodeSlowToPostgres => lab.edge_to_database(victim, Edge::Slow(Duration::from_millis(50))),
            Fault::NatsRestarted | Fault::NatsGone => lab.stack.nats.pause().await,
            Fault::NatsWiped => {
                lab.stack.nats.pause().await;
                lab.stack.nats.wipe()?;
            }
            Fault::PostgresRestarted => lab.stack.postgres.kill().await,
            Fault::PostgresHanging => {
                (0..lab.nodes.len()).for_each(|n| lab.edge_to_database(n, Edge::BlackHole));
            }
            // Where the database is away just now a node does not come up: then there is one less to go again.
            Fault::ScaleOut => drop(lab.add().await),
            Fault::RollingRestart => {
                for n in 0..lab.nodes.len() {
                    lab.signal(n, Signal::TERM);
                    lab.ended(n).await;
                    let _ = lab.restart(n).await;
                    // Together with another fault they may not all see each other: then they go one after another blindly.
                    let _ = tokio::time::timeout(SETTLES_WITHIN, lab.settled()).await;
                }
            }
        }
        Ok(())
    }

    /// Puts it right again.
    ///
    /// # Errors
    /// When something does not come back.
    pub async fn end(self, lab: &mut Lab, victim: usize) -> anyhow::Result<()> {
        match self {
            Fault::NodeKilled | Fault::NodeTerminated => {
                lab.ended(victim).await;
                lab.restart(victim).await?;
            }
            Fault::NodeFrozen => lab.signal(victim, Signal::CONT),
            Fault::NodeCutFromNats => lab.edge_to_nats(victim, Edge::Open),
            Fault::NodeCutFromPostgres | Fault::NodeSlowToPostgres => {
                lab.edge_to_database(victim, Edge::Open)
            }
            Fault::NatsRestarted | Fault::NatsGone | Fault::NatsWiped => lab.stack.nats.resume().await?,
            Fault::PostgresRestarted => lab.stack.postgres.resume().await?,
            Fault::PostgresHanging => {
                (0..lab.nodes.len()).for_each(|n| lab.edge_to_database(n, Edge::Open));
            }
            Fault::ScaleOut => {
                let last = lab.nodes.len() - 1;
                lab.signal(last, Signal::TERM);
                lab.ended(last).await;
                lab.nodes.pop();
            }
            Fault::ActorKilled | Fault::ActorPanics => {}
            Fault::RollingRestart => {
                for n in 0..lab.nodes.len() {
                    lab.restart(n).await?;
                }
            }
        }
        Ok(())
    }
}

/// Between two restarts in a row the nodes find each other, usually.
const SETTLES_WITHIN: Duration = Duration::from_secs(3);

/// A node that owns at least one of these rooms, as operators see it; the first if none is known.
pub async fn an_owner(lab: &mut Lab, rooms: &[Channel], seed: usize) -> usize {
    let running = lab.running();
    let Some(asked) = running.first().copied() else { return 0 };
    let Ok(ops) = lab.ops(asked) else { return asked };
    let room = &rooms[seed % rooms.len()];
    let found: Result<EntityReport, _> = ops.get(&format!("/ops/entities/channel/{}", room.id)).await;
    let report: Result<ajet_protocol::ops::ClusterReport, _> = ops.get("/ops/cluster").await;
    let (Ok(found), Ok(report)) = (found, report) else { return asked };
    let addr = report.nodes.iter().find(|node| node.id == found.owner).map(|node| node.addr.clone());
    let place = lab.nodes.iter().position(|node| Some(node.addr.to_string()) == addr);
    place.unwrap_or(asked)
}
