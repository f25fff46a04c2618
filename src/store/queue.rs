//! The way of the queue's workers (graphile_worker) to the database: the pool `background`, in which every wait has a limit on our side.
//!
//! Workers are not told by PostgreSQL of new jobs, which would take each node a connection more: what hands jobs over on this node
//! (`src/jobs/handover.rs`) wakes its workers, and those of other nodes find the rest by their own looks.

use std::any::Any;
use std::sync::Arc;

use ajet_schema::driver;
use futures::stream;
use graphile_worker::{
    BoxFuture, Database, DatabaseDriver, DbError, DbExecutor, DbParams, DbRow, DbTransaction, Notification,
    NotificationStream, TransactionDriver,
};
use tokio::sync::{Mutex, Notify};

use super::pool::Lease;
use super::{Pool, Store};

impl Store {
    /// The database as one worker sees it; `woken` says to it that there may be jobs.
    #[must_use]
    pub fn queue(&self, woken: Arc<Notify>) -> Database {
        Database::new(Queue { pool: self.background().clone(), woken })
    }
}

#[derive(Debug)]
struct Queue {
    pool: Pool,
    woken: Arc<Notify>,
}

impl DbExecutor for Queue {
    fn execute<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
        Box::pin(async move { execute(&mut self.lease().await?, sql, &params).await })
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(async move { fetch_all(&mut self.lease().await?, sql, &params).await })
    }
}

impl DatabaseDriver for Queue {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn begin<'a>(&'a self) -> BoxFuture<'a, Result<DbTransaction, DbError>> {
        Box::pin(async move {
            let mut lease = self.lease().await?;
            execute(&mut lease, "begin", &DbParams::new()).await?;
            lease.spoil();
            Ok(DbTransaction::new(Box::new(Transaction(Mutex::new(Some(lease))))))
        })
    }

    fn listen<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Option<NotificationStream>, DbError>> {
        let (channel, woken) = (channel.to_owned(), self.woken.clone());
        let wakes = stream::unfold((channel, woken), |(channel, woken)| async move {
            woken.notified().await;
            let told = Notification { channel: channel.clone(), payload: String::new() };
            Some((Ok::<_, DbError>(told), (channel, woken)))
        });
        Box::pin(async move { Ok(Some(Box::pin(wakes) as NotificationStream)) })
    }
}

impl Queue {
    async fn lease(&self) -> Result<Lease, DbError> {
        self.pool.lease().await.map_err(|error| driver::error(&error))
    }
}

/// A transaction: a connection on loan, until it is committed.
struct Transaction(Mutex<Option<Lease>>);

impl DbExecutor for Transaction {
    fn execute<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
        Box::pin(async move {
            let mut lease = self.0.lock().await;
            let done = execute(open(&mut lease)?, sql, &params).await;
            open(&mut lease)?.spoil();
            done
        })
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(async move {
            let mut lease = self.0.lock().await;
            let rows = fetch_all(open(&mut lease)?, sql, &params).await;
            open(&mut lease)?.spoil();
            rows
        })
    }
}

impl TransactionDriver for Transaction {
    fn commit(mut self: Box<Self>) -> BoxFuture<'static, Result<(), DbError>> {
        Box::pin(async move {
            let mut lease = self.0.get_mut().take().ok_or_else(over)?;
            execute(&mut lease, "commit", &DbParams::new()).await?;
            Ok(())
        })
    }
}

impl Drop for Transaction {
    /// One that is not committed is undone; if that goes wrong, so is the connection closed, and the server undoes it.
    fn drop(&mut self) {
        let Some(mut lease) = self.0.get_mut().take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let undone = execute(&mut lease, "rollback", &DbParams::new()).await;
            if let Err(error) = undone {
                tracing::debug!(%error, "a transaction of the queue ended with its connection");
            }
        });
    }
}

fn open(lease: &mut Option<Lease>) -> Result<&mut Lease, DbError> {
    lease.as_mut().ok_or_else(over)
}

fn over() -> DbError {
    DbError::new("the transaction is over")
}

async fn execute(lease: &mut Lease, sql: &str, params: &DbParams) -> Result<u64, DbError> {
    let done: Result<u64, sqlx::Error> =
        lease.run(|connection| driver::execute(connection, sql, params)).await;
    done.map_err(|error| driver::error(&error))
}

async fn fetch_all(lease: &mut Lease, sql: &str, params: &DbParams) -> Result<Vec<DbRow>, DbError> {
    let rows: Result<Vec<DbRow>, sqlx::Error> =
        lease.run(|connection| driver::fetch_all(connection, sql, params)).await;
    rows.map_err(|error| driver::error(&error))
}
