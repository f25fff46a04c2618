//! What PostgreSQL does meanwhile.

use std::time::{Duration, Instant};

use ajet_devstack::Stack;
use anyhow::Context;
use sqlx::{Connection, Executor, PgConnection};

use crate::procfs;

/// People are told of the mentions of a whole phase within this time.
const TOLD_WITHIN: Duration = Duration::from_secs(120);
/// Between two looks at whether they are.
const LOOKS_EVERY: Duration = Duration::from_millis(100);

/// Looks at PostgreSQL over a connection of its own.
pub struct Observer {
    db: PgConnection,
    postmaster: u32,
}

/// What it has done so far, or between two looks.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Seconds of processor time, of all its processes.
    pub cpu: f64,
    /// Transactions: a statement each, as a rule. A process that has become idle may report the last ones ten seconds later.
    pub transactions: f64,
    /// Bytes of its write-ahead log.
    pub wal: f64,
}

impl Work {
    /// What was done since then.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            cpu: self.cpu - before.cpu,
            transactions: self.transactions - before.transactions,
            wal: self.wal - before.wal,
        }
    }
}

impl Observer {
    /// Begins to look.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn of(stack: &Stack) -> anyhow::Result<Self> {
        let mut db = PgConnection::connect(&stack.postgres.url(stack.postgres.database())).await?;
        let own = sqlx::query_scalar::<_, i32>("select pg_backend_pid()").fetch_one(&mut db).await?;
        let postmaster =
            procfs::parent(u32::try_from(own)?).context("a connection's process has no parent")?;
        Ok(Self { db, postmaster })
    }

    /// What was done so far.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn work(&mut self) -> anyhow::Result<Work> {
        let (transactions, wal) = sqlx::query_as::<_, (i64, f64)>(
            "select xact_commit + xact_rollback, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8
             from pg_stat_database where datname = current_database()",
        )
        .fetch_one(&mut self.db)
        .await?;
        let cpu = procfs::family_cpu_seconds(self.postmaster);
        Ok(Work { cpu, transactions: transactions as f64, wal })
    }

    /// Waits until all people who were mentioned are told.
    ///
    /// # Errors
    /// When the database can't be asked, or it takes too long.
    pub async fn all_are_told(&mut self) -> anyhow::Result<()> {
        let end = Instant::now() + TOLD_WITHIN;
        while sqlx::query_scalar::<_, bool>("select exists (select from due_notices)")
            .fetch_one(&mut self.db)
            .await?
        {
            anyhow::ensure!(Instant::now() < end, "people are not told of what mentions them");
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        Ok(())
    }

    /// Writes all pages out, so that no checkpoint begins by itself in the minutes to come. The log then has the whole of each page that
    /// is changed for the first time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn checkpoint(&mut self) -> anyhow::Result<()> {
        self.db.execute("checkpoint").await?;
        Ok(())
    }
}
