//! Pools of connections to PostgreSQL in which nothing waits without a limit.
//!
//! A packet that is swallowed closes nothing: a connection over a silent cut looks alive until the kernel gives up, minutes
//! after the network has healed. So every wait here ends on our side, and the connection that was waited on is thrown away.
//! After the first such connection all others are doubted: each proves itself by a round trip before it is used again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::managed::{self, Manager, Metrics, Object, PoolError, RecycleError, RecycleResult};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, FuturesUnordered};
use futures::{StreamExt, TryStreamExt};
use sqlx::postgres::{PgConnectOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{
    ConnectOptions, Connection, Describe, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr,
};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use super::StoreError;

/// An attempt to connect ends after this time; the next one sends fresh packets.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// While an attempt has no answer another one starts beside it, since a lost SYN is sent again only after a second.
const CONNECT_AGAIN: Duration = Duration::from_millis(500);
/// Between two attempts while the server refuses connections: it starts up.
const REFUSED_AGAIN: Duration = Duration::from_millis(50);
/// A doubted connection proves itself within this time.
const PROVES_WITHIN: Duration = Duration::from_millis(500);
/// Connections older than this are replaced, so that what a backend of PostgreSQL caches does not grow for ever.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// Connects within two seconds, whether packets get lost or the server is just starting.
///
/// # Errors
/// What the last attempt met, or a timeout.
pub async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    timeout(CONNECT_WITHIN, connecting(options)).await.unwrap_or_else(|_| Err(timed_out()))
}

async fn connecting(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    let mut attempts = FuturesUnordered::from_iter([options.connect()]);
    loop {
        tokio::select! {
            Some(attempt) = attempts.next() => match attempt {
                Err(error) if is_starting(&error) => {
                    sleep(REFUSED_AGAIN).await;
                    attempts.push(options.connect());
                }
                other => return other,
            },
            () = sleep(CONNECT_AGAIN) => attempts.push(options.connect()),
        }
    }
}

fn is_starting(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        // 57P03 cannot_connect_now
        Error::Database(error) => error.code().as_deref() == Some("57P03"),
        _ => false,
    }
}

fn timed_out() -> Error {
    Error::Io(std::io::ErrorKind::TimedOut.into())
}

/// Whether the way to the database was found broken; shared by all pools of a node.
#[derive(Debug, Clone)]
pub struct Line {
    since: Instant,
    /// Milliseconds from `since` to the last time that a connection turned out dead.
    doubted: Arc<AtomicU64>,
}

impl Default for Line {
    fn default() -> Self {
        Self { since: Instant::now(), doubted: Arc::default() }
    }
}

impl Line {
    /// Notes that a connection was dead: others from before this moment may be as well.
    pub fn doubt(&self) {
        metrics::counter!("ajet_db_connections_lost_total").increment(1);
        self.doubted
            .store(u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether a connection that was last used this long ago must prove itself.
    #[must_use]
    pub fn doubts(&self, last_used: Duration) -> bool {
        let doubted = self.doubted.load(Ordering::Relaxed);
        let ago = self.since.elapsed().saturating_sub(Duration::from_millis(doubted));
        doubted > 0 && last_used >= ago
    }
}

/// Turns to connect. A node that starts wants all its connections at once, and each attempt that is late has others beside it: unbounded
/// they keep a busy server from finishing any, and all are begun again.
pub type Turns = Arc<Semaphore>;

/// Makes connections for a pool, and looks at those that were used before.
#[derive(Debug)]
pub struct Connector {
    options: PgConnectOptions,
    line: Line,
    turns: Turns,
}

impl Manager for Connector {
    type Type = PgConnection;
    type Error = Error;

    async fn create(&self) -> Result<PgConnection, Error> {
        // The wait for a turn counts: behind eight that hang over a broken network no one waits for longer than they.
        let in_turn = async {
            let _turn = self.turns.acquire().await.map_err(|_| Error::PoolClosed)?;
            connecting(&self.options).await
        };
        timeout(CONNECT_WITHIN, in_turn).await.unwrap_or_else(|_| Err(timed_out()))
    }

    async fn recycle(&self, connection: &mut PgConnection, metrics: &Metrics) -> RecycleResult<Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("past its lifetime"));
        }
        if self.line.doubts(metrics.last_used()) {
            timeout(PROVES_WITHIN, connection.ping()).await.map_err(|_| timed_out())??;
        }
        Ok(())
    }
}

/// How a pool is bounded.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at most.
    pub size: u32,
    /// How long a query waits for a free connection.
    pub wait: Duration,
    /// How long a query may take, as waited for here; the server's own limit is shorter.
    pub limit: Duration,
}

/// A pool; cheap to clone. Queries run on a reference to it, as on sqlx's own pools.
#[derive(Debug, Clone)]
pub struct Pool {
    connections: managed::Pool<Connector>,
    limit: Duration,
    line: Line,
}

impl Pool {
    /// A pool that connects when it is first used, in turn with others that have the same `turns`.
    #[must_use]
    pub fn new(bounds: Bounds, options: PgConnectOptions, line: Line, turns: Turns) -> Self {
        let connector = Connector { options, line: line.clone(), turns };
        let connections = managed::Pool::builder(connector)
            .max_size(bounds.size as usize)
            .wait_timeout(Some(bounds.wait))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .expect("a runtime is given, which is all that a timeout needs");
        Self { connections, limit: bounds.limit, line }
    }

    /// The same connections under a shorter limit.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        Self { limit, ..self.clone() }
    }

    /// Takes a connection out. It goes back into the pool if the last [`Lease::run`] on it ended well.
    ///
    /// # Errors
    /// When none comes free, or none can be made, in time.
    pub async fn lease(&self) -> Result<Lease, Error> {
        let connection = self.connections.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => Error::PoolTimedOut,
            PoolError::Backend(error) => error,
            _ => Error::PoolClosed,
        })?;
        Ok(Lease { connection: Some(connection), limit: self.limit, line: self.line.clone(), usable: false })
    }

    /// Closes it; connections that are out are closed when they come back.
    pub fn close(&self) {
        self.connections.close();
    }
}

/// A connection on loan. If a wait on it is cut short, by its limit or because the caller has gone, it is not used again.
#[derive(Debug)]
pub struct Lease {
    connection: Option<Object<Connector>>,
    limit: Duration,
    line: Line,
    /// The last thing that ran on it ended, and the connection is as it was before.
    usable: bool,
}

impl Lease {
    /// Runs something on the connection within the pool's limit, and gives the connection back where it can be used again.
    ///
    /// # Errors
    /// What the work met, or a timeout, after which its outcome is unknown.
    pub async fn run<'l, T, E, F>(&'l mut self, work: impl FnOnce(&'l mut PgConnection) -> F) -> Result<T, E>
    where
        E: From<Error> + Breaks,
        F: Future<Output = Result<T, E>>,
    {
        let Self { connection, limit, line, usable } = self;
        let Some(connection) = connection else { return Err(Error::PoolClosed.into()) };
        // Until the work has ended the connection's state is unknown.
        *usable = false;
        let done = timeout(*limit, work(connection)).await.unwrap_or_else(|_| Err(timed_out().into()));
        *usable = !done.as_ref().is_err_and(Breaks::breaks);
        if !*usable {
            line.doubt();
        }
        done
    }

    /// What was begun on the connection has no end yet: unless something else ends well on it, it is not used again.
    pub fn spoil(&mut self) {
        self.usable = false;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !self.usable {
            // Whatever state it is in: the socket closes, and the pool makes another.
            drop(Object::take(connection));
        }
    }
}

/// An error that tells whether the connection it came from can be used again.
pub trait Breaks {
    /// Whether it can't.
    fn breaks(&self) -> bool;
}

impl Breaks for Error {
    fn breaks(&self) -> bool {
        matches!(self, Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::WorkerCrashed)
    }
}

impl Breaks for StoreError {
    fn breaks(&self) -> bool {
        matches!(self, StoreError::Away(error) if error.breaks())
    }
}

type Step = Either<PgQueryResult, PgRow>;

impl<'p> Executor<'p> for &'p Pool {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        // Collected before it is passed on: a slow reader of a stream would hold the connection.
        let all = async move {
            let mut lease = self.lease().await?;
            let steps =
                lease.run(|connection| connection.fetch_many(query).try_collect::<Vec<Step>>()).await?;
            Ok::<_, Error>(stream::iter(steps.into_iter().map(Ok)))
        };
        stream::once(all).try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move {
            let mut lease = self.lease().await?;
            lease.run(|connection| connection.fetch_optional(query)).await
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        Box::pin(async move {
            let mut lease = self.lease().await?;
            lease.run(|connection| connection.prepare_with(sql, parameters)).await
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        Box::pin(async move {
            let mut lease = self.lease().await?;
            lease.run(|connection| connection.describe(sql)).await
        })
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
