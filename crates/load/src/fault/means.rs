//! By what means each fault is done: many faults, few means.

use std::time::Duration;

use rustix::process::Signal;

use super::Fault;
use super::flood::Asked;
use crate::edges::Dependency;
use crate::lab::Flavour;
use crate::proxy::Edge;

/// How much later everything arrives on a slow way.
const SLOW: Edge = Edge::Slow(Duration::from_millis(50));
/// How wrong a clock is.
pub const SKEW_S: i64 = 300;

/// How something is broken, and so how it is put right.
#[derive(Clone, Copy)]
pub enum Means {
    /// The actors of all rooms end in this way.
    Actors(&'static str),
    /// The actors of the readers' sessions end, at all nodes.
    Sessions,
    Poison,
    /// The node's process is sent a signal that ends it.
    Ended(Signal),
    /// The node's process is asked to end, and killed before it has.
    CutShort,
    Stopped,
    StoppedInAppend,
    /// The victim's way to something it needs.
    Way(Dependency, Edge),
    /// The ways of all nodes.
    AllWays(Dependency, Edge),
    /// Packets between the victim and something it needs are dropped silently.
    Swallowed(Dependency),
    NatsStopped,
    NatsWiped,
    NatsFull,
    OneNats,
    PostgresStopped,
    TablesLocked,
    /// The node is started again in another way.
    Again(Flavour),
    Starved,
    Flooded(Asked),
    PagesUnread,
    StreamsUnread,
    HerdComes,
    HerdGoes,
    OneMore,
    OneAfterAnother,
    /// Nothing changes: nodes of two versions are there already.
    AsStarted,
    /// One after another, the nodes are started again in this way, and stay so.
    AllAs(Flavour),
}

impl Fault {
    /// How it is done.
    pub fn means(self) -> Means {
        use Dependency::{Nats, Objects, Postgres};
        match self {
            Fault::ActorKilled => Means::Actors("stop"),
            Fault::ActorPanics => Means::Actors("panic"),
            Fault::PoisonCommand => Means::Poison,
            Fault::SessionKilled => Means::Sessions,
            Fault::NodeKilled => Means::Ended(Signal::KILL),
            Fault::NodeTerminated => Means::Ended(Signal::TERM),
            Fault::ShortGrace => Means::CutShort,
            Fault::NodeFrozen => Means::Stopped,
            Fault::FrozenInAppend => Means::StoppedInAppend,
            Fault::NodeCutFromNats => Means::Way(Nats, Edge::Cut),
            Fault::NodeDeafToNats => Means::Way(Nats, Edge::OneWay),
            Fault::NodeSlowToNats => Means::Way(Nats, SLOW),
            Fault::NodeCutFromPostgres => Means::Way(Postgres, Edge::BlackHole),
            Fault::NodeDeafToPostgres => Means::Way(Postgres, Edge::OneWay),
            Fault::NodeSlowToPostgres => Means::Way(Postgres, SLOW),
            Fault::NatsRestarted | Fault::NatsGone => Means::NatsStopped,
            Fault::NatsWiped => Means::NatsWiped,
            Fault::NatsDiskFull => Means::NatsFull,
            Fault::OneNatsServer => Means::OneNats,
            Fault::PostgresRestarted => Means::PostgresStopped,
            Fault::PostgresHanging => Means::AllWays(Postgres, Edge::BlackHole),
            Fault::PoolExhausted => Means::TablesLocked,
            Fault::ObjectStoreGone => Means::AllWays(Objects, Edge::Cut),
            Fault::LogDiskFull => Means::Again(Flavour::LogDiskFull),
            Fault::NodeCramped => Means::Again(Flavour::Cramped),
            Fault::TwoVersions => Means::Again(Flavour::OtherVersion),
            Fault::ClockAhead => Means::Again(Flavour::Clock(SKEW_S)),
            Fault::ClockBehind => Means::Again(Flavour::Clock(-SKEW_S)),
            Fault::PostgresSwallowed => Means::Swallowed(Postgres),
            Fault::NatsSwallowed => Means::Swallowed(Nats),
            Fault::ObjectsSwallowed => Means::Swallowed(Objects),
            Fault::NodeStarved => Means::Starved,
            Fault::TokenFlood => Means::Flooded(Asked::Tokens),
            Fault::MethodFlood => Means::Flooded(Asked::Methods),
            Fault::PageUnread => Means::PagesUnread,
            Fault::SlowReaders => Means::StreamsUnread,
            Fault::ReconnectHerd => Means::HerdComes,
            Fault::RevocationHerd => Means::HerdGoes,
            Fault::ScaleOut => Means::OneMore,
            Fault::RollingRestart => Means::OneAfterAnother,
            Fault::SideBySide => Means::AsStarted,
            Fault::RolledForward => Means::AllAs(Flavour::Plain),
            Fault::RolledBack => Means::AllAs(Flavour::OtherVersion),
        }
    }
}
