//! Faults by name: how long each lasts, and what must hold of times and answers.

use std::time::Duration;

/// A fault to survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Fault {
    ActorKilled,
    ActorPanics,
    /// A command that crashes the actor that decides it.
    PoisonCommand,
    /// The actors of all readers' sessions end.
    SessionKilled,
    NodeKilled,
    NodeTerminated,
    /// SIGTERM, and SIGKILL before the drain is over.
    ShortGrace,
    NodeFrozen,
    /// SIGSTOP while a commit is under way.
    FrozenInAppend,
    NodeCutFromNats,
    /// What the node sends arrives, what it is sent does not.
    NodeDeafToNats,
    NodeSlowToNats,
    NodeCutFromPostgres,
    NodeDeafToPostgres,
    NodeSlowToPostgres,
    NatsRestarted,
    NatsGone,
    NatsWiped,
    /// NATS can't write: it takes in nothing more until there is room and it is started again.
    NatsDiskFull,
    /// Where NATS is a cluster.
    OneNatsServer,
    PostgresRestarted,
    PostgresHanging,
    /// A node with one connection, two places in a mailbox, and 1 MiB of recent frames.
    NodeCramped,
    /// Tables are locked, and so every connection of every pool is soon taken.
    PoolExhausted,
    ObjectStoreGone,
    /// A node that can't write its log.
    LogDiskFull,
    /// A node's clock is five minutes ahead.
    ClockAhead,
    /// A node's clock is five minutes behind.
    ClockBehind,
    /// What a node and PostgreSQL send each other vanishes, and no connection is closed.
    PostgresSwallowed,
    /// What a node and NATS send each other vanishes, and no connection is closed.
    NatsSwallowed,
    /// What a node and the object store send each other vanishes, and no connection is closed.
    ObjectsSwallowed,
    /// A node gets hardly any processor time: it has the lowest priority beside two busy loops.
    NodeStarved,
    /// Requests with random and malformed tokens, as fast as a node answers.
    TokenFlood,
    /// Requests with invented methods, as fast as a node answers.
    MethodFlood,
    /// Large pages of history that are requested and never read.
    PageUnread,
    /// Streams that are opened and never read.
    SlowReaders,
    /// Many come back at once, with an old cursor.
    ReconnectHerd,
    /// Many sign out at once.
    RevocationHerd,
    ScaleOut,
    RollingRestart,
    /// A node of another version among the others.
    TwoVersions,
    /// Nodes of two versions serve together, as they were started.
    SideBySide,
    /// Each node of the other version is drained and started again as one of this, one after another.
    RolledForward,
    /// Each node of this version is drained and started again as one of the other, one after another.
    RolledBack,
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
    pub const SHORT: [Fault; 16] = [
        Fault::ActorKilled,
        Fault::ActorPanics,
        Fault::PoisonCommand,
        Fault::NodeKilled,
        Fault::NodeTerminated,
        Fault::NodeFrozen,
        Fault::NatsRestarted,
        Fault::NatsWiped,
        Fault::PostgresRestarted,
        Fault::NodeCutFromNats,
        Fault::PostgresSwallowed,
        Fault::NatsSwallowed,
        Fault::NodeStarved,
        Fault::TokenFlood,
        Fault::MethodFlood,
        Fault::PageUnread,
    ];

    /// Its name, as on the command line.
    #[must_use]
    pub fn name(self) -> String {
        use clap::ValueEnum;
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Its description on the command line.
    #[must_use]
    pub fn about(self) -> String {
        use clap::ValueEnum;
        let value = self.to_possible_value();
        value.and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default()
    }

    /// How long it lasts.
    #[must_use]
    pub fn lasts(self, long: bool) -> Duration {
        use Fault::*;
        let (short, in_production) = match self {
            NodeFrozen => (4, 30),
            // Longer than PostgreSQL takes to notice that its client is gone.
            PostgresSwallowed | NatsSwallowed | ObjectsSwallowed => (12, 60),
            NodeStarved => (6, 20),
            TokenFlood | MethodFlood => (3, 20),
            // Longer than the write timeout that chaos runs set.
            PageUnread | SlowReaders => (9, 20),
            FrozenInAppend => (3, 15),
            NatsGone => (5, 60),
            NodeCutFromNats | NodeDeafToNats | NodeCutFromPostgres | NodeDeafToPostgres => (4, 20),
            ObjectStoreGone | OneNatsServer | NatsDiskFull => (4, 20),
            NodeSlowToPostgres | NodeSlowToNats | PostgresHanging | PoolExhausted => (3, 10),
            NatsRestarted | NatsWiped => (1, 3),
            NodeKilled | NodeTerminated | ShortGrace | ScaleOut | RollingRestart => (2, 5),
            LogDiskFull | NodeCramped | TwoVersions | ClockAhead | ClockBehind | ReconnectHerd
            | RevocationHerd => (4, 10),
            ActorKilled | ActorPanics | PoisonCommand | SessionKilled | PostgresRestarted => (1, 1),
            SideBySide => (20, 60),
            // After the last node.
            RolledForward | RolledBack => (5, 20),
        };
        Duration::from_secs(if long { in_production } else { short })
    }

    /// The times to reach (`docs/chaos.md`); counted from the fault's beginning, or its end where something has
    /// to come back first.
    #[must_use]
    pub fn goal(self) -> Goal {
        use Fault::*;
        let (writes, events) = match self {
            ActorKilled | ActorPanics => (50, 50),
            NodeKilled => (500, 2500),
            NodeFrozen | FrozenInAppend => (2000, 2000),
            NodeTerminated | RollingRestart | ScaleOut | RolledForward | RolledBack => (500, 2000),
            NatsRestarted | NatsGone | NatsWiped | NatsDiskFull => (0, 2000),
            PostgresRestarted => (1000, 1000),
            PostgresSwallowed | NatsSwallowed => (1000, 2000),
            _ => (0, 0),
        };
        let ms = |ms: u64| (ms > 0).then(|| Duration::from_millis(ms));
        Goal { writes: ms(writes), events: ms(events) }
    }

    /// Whether no client may notice it: alone, it makes no request fail.
    #[must_use]
    pub fn is_harmless(self) -> bool {
        use Fault::*;
        matches!(
            self,
            ActorKilled
                | ActorPanics
                | PoisonCommand
                | SessionKilled
                | NodeTerminated
                | RollingRestart
                | ScaleOut
                | ObjectStoreGone
                | LogDiskFull
                | ClockAhead
                | ClockBehind
                | SlowReaders
                | TwoVersions
                | SideBySide
                | RolledForward
                | RolledBack
                | ObjectsSwallowed
                | TokenFlood
                | MethodFlood
        )
    }

    /// Whether all processes keep running: no connection is refused.
    #[must_use]
    pub fn keeps_nodes(self) -> bool {
        use Fault::*;
        matches!(
            self,
            ActorKilled
                | ActorPanics
                | PoisonCommand
                | SessionKilled
                | ObjectStoreGone
                | SlowReaders
                | SideBySide
                | ObjectsSwallowed
                | TokenFlood
                | MethodFlood
        )
    }

    /// Whether its times count from when it is over.
    #[must_use]
    pub fn counts_from_end(self) -> bool {
        use Fault::*;
        matches!(
            self,
            NatsRestarted
                | NatsGone
                | NatsWiped
                | NatsDiskFull
                | PostgresRestarted
                | PostgresHanging
                | PoolExhausted
                | PostgresSwallowed
                | NatsSwallowed
                | ObjectsSwallowed
        )
    }

    /// Whether it goes on until its end, so that its times count for all who came meanwhile.
    #[must_use]
    pub fn goes_on(self) -> bool {
        use Fault::*;
        self.changes_versions()
            || matches!(self, RollingRestart | ScaleOut | NodeStarved | TokenFlood | MethodFlood | PageUnread)
    }

    /// Whether something that nodes need is broken: it comes back before nodes are started again.
    #[must_use]
    pub fn is_of_all(self) -> bool {
        self.counts_from_end() || matches!(self, Fault::OneNatsServer | Fault::ObjectStoreGone)
    }

    /// Whether a node's process stands still meanwhile, or nearly: a request that waits for it does not count as hung.
    #[must_use]
    pub fn freezes(self) -> bool {
        matches!(self, Fault::NodeFrozen | Fault::FrozenInAppend | Fault::NodeStarved)
    }

    /// Whether requests meanwhile wait, and are not refused: what begins after it may wait for them as long as it lasts.
    #[must_use]
    pub fn begins_last(self) -> bool {
        self.freezes() || self == Fault::PostgresHanging
    }

    /// Whether a reader may be told to refetch meanwhile, or be sent an event twice on one connection. Who only loses an actor or
    /// a node comes back within the retention of the log, and has missed nothing.
    #[must_use]
    pub fn explains_resync(self) -> bool {
        use Fault::*;
        !matches!(
            self,
            ActorKilled
                | ActorPanics
                | PoisonCommand
                | SessionKilled
                | NodeKilled
                | NodeTerminated
                | ShortGrace
                | ScaleOut
                | RollingRestart
                | ObjectStoreGone
                | ObjectsSwallowed
                | LogDiskFull
                | TokenFlood
                | MethodFlood
        )
    }

    /// Whether it is a step of a rolling upgrade: what it leaves behind is where the next one begins.
    #[must_use]
    pub fn changes_versions(self) -> bool {
        matches!(self, Fault::SideBySide | Fault::RolledForward | Fault::RolledBack)
    }

    /// Whether it needs a link on which packets can be swallowed.
    #[must_use]
    pub fn swallows(self) -> bool {
        matches!(self, Fault::PostgresSwallowed | Fault::NatsSwallowed | Fault::ObjectsSwallowed)
    }
}
