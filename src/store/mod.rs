//! The only SQL: pools, the journal, reads, and one file per aggregate.
//!
//! Three ways to the database, so that none can starve another: the journal's own connections (appends), `commands`
//! (what writers look up), `reads` (front doors, replay; a replica where one is configured). Values never appear in logs.

pub mod accounts;
pub mod channels;
pub mod communities;
pub mod facts;
pub mod founding;
pub mod invites;
pub mod journal;
pub mod log;
pub mod messages;
mod options;
mod rows;
pub mod streams;
pub mod views;
pub mod webhooks;

use std::time::Duration;

use sqlx::PgPool;

pub use options::{connect_options, journal_options};

/// The pools of a node.
#[derive(Debug, Clone)]
pub struct Store {
    commands: PgPool,
    reads: PgPool,
    background: PgPool,
}

/// Why the store gave no result.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database can't be reached, or all connections are busy: try again later.
    #[error("the database is away or busy")]
    Away(#[source] sqlx::Error),
    /// A named constraint refused the change.
    #[error("constraint {0}")]
    Constraint(String),
    /// A query failed, or a row makes no sense: our fault.
    #[error("store fault")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// What was to do the work has ended; the next try finds another.
    #[must_use]
    pub fn ended() -> Self {
        Self::Away(sqlx::Error::WorkerCrashed)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => match database.constraint() {
                Some(name) => Self::Constraint(name.to_owned()),
                None if is_away(database.code().as_deref()) => Self::Away(error),
                // PostgreSQL's own text may repeat a value: only its code is kept.
                None => Self::Fault(Box::new(Refused(database.code().unwrap_or_default().into_owned()))),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Away(error),
            _ => Self::Fault(Box::new(error)),
        }
    }
}

/// SQLSTATEs that say 'not now': connection (08), resources (53), operator (57), time limits, deadlock.
fn is_away(code: Option<&str>) -> bool {
    code.is_some_and(|code| {
        ["08", "53", "57"].iter().any(|class| code.starts_with(class))
            || ["25006", "25P03", "25P04", "40P01", "55P03"].contains(&code)
    })
}

/// A statement that PostgreSQL refused.
#[derive(Debug, thiserror::Error)]
#[error("refused with SQLSTATE {0}")]
struct Refused(String);

/// A row that contradicts what its writer ensures.
#[derive(Debug, thiserror::Error)]
#[error("inconsistent {0}")]
pub struct Inconsistent(pub &'static str);

impl From<Inconsistent> for StoreError {
    fn from(error: Inconsistent) -> Self {
        Self::Fault(Box::new(error))
    }
}

impl Store {
    /// Pools over the configured database; connects when first used.
    #[must_use]
    pub fn new(config: &crate::config::Database) -> Self {
        let reads = config.read_host.as_ref().unwrap_or(&config.host);
        let short = |host| options::planned_once(options::connect_options(config).host(host));
        Self {
            commands: options::pool(config, config.pool_size, short(&config.host)),
            reads: options::pool(config, config.pool_size, short(reads)),
            // Looks at many rows at a time, each time at others.
            background: options::pool(config, config.background_pool_size, options::connect_options(config)),
        }
    }

    /// For what a command must look up before it is decided.
    pub(crate) fn commands(&self) -> &PgPool {
        &self.commands
    }

    /// For front doors and replay.
    pub(crate) fn reads(&self) -> &PgPool {
        &self.reads
    }

    /// For work that nobody waits for.
    pub(crate) fn background(&self) -> &PgPool {
        &self.background
    }

    /// Whether the database answers within `limit`.
    pub async fn answers_within(&self, limit: Duration) -> bool {
        let ping = sqlx::query("select 1").execute(&self.reads);
        matches!(tokio::time::timeout(limit, ping).await, Ok(Ok(_)))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.commands.close().await;
        self.reads.close().await;
        self.background.close().await;
    }
}
