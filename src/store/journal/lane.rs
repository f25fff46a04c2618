//! One committer: takes what waits, commits it, tells everybody what became of theirs.

use std::time::{Duration, Instant};

use ajet_domain::journal::Outcome;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::batch::Columns;
use super::{Submission, async_queue, messages};
use crate::store::{Line, StoreError, connect};

/// Streams in one commit at most.
const STREAMS: usize = 128;
/// Rows in one commit at most; past it the next commit takes the rest.
const ROWS: usize = 1024;
/// The constraint that keeps an author's key to one message.
const KEY_SPENT: &str = "messages_client_mutation_id_key";
/// Longer than the server's own limits: past it the connection counts as dead.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
/// A connection that was idle while others died proves itself within this time.
const PROVES_WITHIN: Duration = Duration::from_millis(500);
/// SQLSTATE lock_not_available: another commit holds a stream's row.
const LOCKED: &str = "55P03";

/// Runs until the journal is dropped.
pub async fn run(number: usize, options: PgConnectOptions, line: Line, queue: async_queue::Receiver) {
    let mut lane = Lane { options, line, connection: None, used: Instant::now() };
    while let Some(batch) = next_batch(&queue).await {
        lane.commit(batch).await;
    }
    tracing::debug!(lane = number, "journal lane ended");
}

async fn next_batch(queue: &async_queue::Receiver) -> Option<Vec<Submission>> {
    let mut queue = queue.lock().await;
    let first = queue.recv().await?;
    let mut rows = first.append.changes.len();
    let mut batch = vec![first];
    while batch.len() < STREAMS
        && rows < ROWS
        && let Ok(next) = queue.try_recv()
    {
        rows += next.append.changes.len();
        batch.push(next);
    }
    Some(batch)
}

struct Lane {
    options: PgConnectOptions,
    line: Line,
    connection: Option<PgConnection>,
    /// When the connection last answered.
    used: Instant,
}

impl Lane {
    async fn commit(&mut self, batch: Vec<Submission>) {
        let started = Instant::now();
        metrics::histogram!("ajet_journal_batch_streams").record(batch.len() as f64);
        let appends: Vec<_> = batch.iter().map(|one| &one.append).collect();
        let outcomes = match self.write(&Columns::of(&appends)).await {
            Ok(outcomes) => outcomes,
            Err(Failed::Statement(_)) => self.one_by_one(&batch).await,
            Err(Failed::Connection) => vec![Outcome::Unknown; batch.len()],
        };
        metrics::histogram!("ajet_journal_commit_seconds").record(started.elapsed().as_secs_f64());
        for (submission, outcome) in batch.into_iter().zip(outcomes) {
            submission.tell(outcome);
        }
    }

    /// After a statement that failed as a whole: every stream on its own, so that only the culprit fails.
    async fn one_by_one(&mut self, batch: &[Submission]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for one in batch {
            let columns = Columns::of(&[&one.append]);
            let mut result = self.write(&columns).await;
            if matches!(&result, Err(Failed::Statement(StoreError::Constraint(name))) if name == KEY_SPENT) {
                // Another stream's commit spent the key just now: a newer snapshot shows it.
                result = self.write(&columns).await;
            }
            let outcome = match result {
                Ok(mut one) => one.pop().unwrap_or(Outcome::Unknown),
                Err(Failed::Statement(error)) => refused(&error),
                Err(Failed::Connection) => Outcome::Unknown,
            };
            outcomes.push(outcome);
        }
        outcomes
    }

    async fn write(&mut self, columns: &Columns) -> Result<Vec<Outcome>, Failed> {
        let connection = self.connected().await?;
        let answer = tokio::time::timeout(ANSWER_WITHIN, messages::write(connection, columns)).await;
        let failed = match answer {
            Ok(Ok(outcomes)) => {
                self.used = Instant::now();
                return Ok(outcomes);
            }
            Ok(Err(error)) if is_statements(&error) => {
                self.used = Instant::now();
                return Err(Failed::Statement(error));
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        tracing::warn!(reason = failed, "journal connection lost; outcome unknown");
        self.line.doubt();
        self.connection = None;
        Err(Failed::Connection)
    }

    async fn connected(&mut self) -> Result<&mut PgConnection, Failed> {
        if let Some(connection) = &mut self.connection
            && self.line.doubts(self.used.elapsed())
        {
            let proved = tokio::time::timeout(PROVES_WITHIN, connection.ping()).await;
            self.connection = self.connection.take().filter(|_| matches!(proved, Ok(Ok(()))));
            self.used = Instant::now();
        }
        if self.connection.is_none() {
            self.connection = connect(&self.options).await.ok();
            self.used = Instant::now();
        }
        self.connection.as_mut().ok_or(Failed::Connection)
    }
}

/// Whether an error is the statement's own and says nothing about the connection: nothing was written. A stream whose row
/// somebody else holds too long is one, and must not send its neighbours looking.
fn is_statements(error: &StoreError) -> bool {
    match error {
        StoreError::Constraint(_) | StoreError::Fault(_) => true,
        StoreError::Away(sqlx::Error::Database(database)) => database.code().as_deref() == Some(LOCKED),
        StoreError::Away(_) => false,
    }
}

enum Failed {
    /// The statement was refused: nothing was written.
    Statement(StoreError),
    /// The connection is gone: the outcome is unknown.
    Connection,
}

/// The outcome of a statement that failed.
pub fn refused(error: &StoreError) -> Outcome {
    match error {
        StoreError::Constraint(name) => Outcome::Constraint(name.clone()),
        // Locked out, so that nothing was written, or no answer came: a look at the stream finds which.
        StoreError::Away(_) => Outcome::Unknown,
        other => {
            let cause = std::error::Error::source(other).map(ToString::to_string);
            tracing::error!(cause, "the store can't take this append");
            Outcome::Failed
        }
    }
}
