//! One committer: takes what waits, commits it, tells everybody what became of theirs.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use ajet_domain::Change;
use ajet_domain::journal::{Append, DuplicateKey, Outcome};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::{Submission, Wakes, async_queue, commit};
use crate::store::{Line, StoreError, connect};

/// Streams in one commit at most.
const STREAMS: usize = 128;
/// Rows in one commit at most, and bytes of their texts; past either the next commit takes the rest.
const ROWS: usize = 1024;
const BYTES: usize = 4 << 20;
/// The constraints that keep an author's key to one object: of messages, and of all else.
const KEY_SPENT: [&str; 2] = ["messages_client_mutation_id_key", "mutations_pkey"];
/// Longer than the server's own limits: past it the connection counts as dead.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);
/// A connection that was idle while others died proves itself within this time.
const PROVES_WITHIN: Duration = Duration::from_millis(500);
/// SQLSTATEs of a statement that another commit's locks kept from being carried out: lock_not_available, deadlock_detected.
const LOCKED: [&str; 2] = ["55P03", "40P01"];

/// Runs until the journal is dropped.
pub async fn run(
    number: usize,
    options: PgConnectOptions,
    line: Line,
    queue: async_queue::Receiver,
    wakes: Wakes,
) {
    let mut lane = Lane { options, line, connection: None, used: Instant::now(), wakes };
    while let Some(batch) = next_batch(&queue).await {
        lane.commit(batch).await;
    }
    tracing::debug!(lane = number, "journal lane ended");
}

async fn next_batch(queue: &async_queue::Receiver) -> Option<Vec<Submission>> {
    let mut queue = queue.lock().await;
    let first = queue.recv().await?;
    let (mut rows, mut bytes) = (first.append.changes.len(), bytes_of(&first.append));
    let mut batch = vec![first];
    while batch.len() < STREAMS
        && rows < ROWS
        && bytes < BYTES
        && let Ok(next) = queue.try_recv()
    {
        rows += next.append.changes.len();
        bytes += bytes_of(&next.append);
        batch.push(next);
    }
    Some(batch)
}

/// What an append's texts take, about: an event carries what its rows hold.
fn bytes_of(append: &Append<Change>) -> usize {
    append.events.iter().map(|one| one.event.payload.get().len()).sum()
}

struct Lane {
    options: PgConnectOptions,
    line: Line,
    connection: Option<PgConnection>,
    /// When the connection last answered.
    used: Instant,
    wakes: Wakes,
}

impl Lane {
    async fn commit(&mut self, batch: Vec<Submission>) {
        let started = Instant::now();
        metrics::histogram!("ajet_journal_batch_streams").record(batch.len() as f64);
        self.write_apart(batch).await;
        metrics::histogram!("ajet_journal_commit_seconds").record(started.elapsed().as_secs_f64());
    }

    /// Writes all in as few statements as it takes: one that fails as a whole is tried again in parts, until the culprit stands alone.
    /// Each is told as soon as it is known what became of it.
    async fn write_apart(&mut self, batch: Vec<Submission>) {
        let (breaking, safe) = batch.into_iter().partition(|one| may_break(&one.append));
        // What is still to be written, the next part last.
        let mut parts = of_different_streams(breaking);
        parts.extend(of_different_streams(safe));
        while let Some(mut part) = parts.pop() {
            let appends: Vec<_> = part.iter().map(|one| &one.append).collect();
            match self.write(&appends).await {
                Ok(outcomes) => {
                    self.wakes.after(&appends, &outcomes);
                    part.into_iter().zip(outcomes).for_each(|(one, outcome)| one.tell(outcome));
                }
                Err(Failed::Statement(error)) if part.len() == 1 => {
                    part.into_iter().for_each(|one| {
                        let outcome = refused(&error, &one.append);
                        one.tell(outcome);
                    });
                }
                Err(Failed::Statement(error)) => {
                    let size = size_of_parts(&error, part.len());
                    while part.len() > size {
                        parts.push(part.split_off(part.len() - size));
                    }
                    parts.push(part);
                }
                // The rest is not tried on a way that has just been lost: its writers look at their streams, and come again.
                Err(Failed::Connection) => {
                    let left = parts.drain(..).flatten().chain(part);
                    left.for_each(|one| one.tell(Outcome::Unknown));
                }
            }
        }
    }

    async fn write(&mut self, appends: &[&Append<Change>]) -> Result<Vec<Outcome>, Failed> {
        let connection = self.connected().await?;
        let answer = tokio::time::timeout(ANSWER_WITHIN, commit::write(connection, appends)).await;
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

/// Whether a constraint may refuse an append, so that its statement fails as a whole: a name that is taken, an invite that is used up.
/// Such appends share no statement with those of people who write and read.
fn may_break(append: &Append<Change>) -> bool {
    let breaks = |change: &Change| {
        matches!(
            change,
            Change::AddChannel { .. }
                | Change::UpdateChannel { .. }
                | Change::AddInvite { .. }
                | Change::UseInvite { .. }
                | Change::AddWebhook { .. }
                | Change::AddRole { .. }
                | Change::UpdateRole { .. }
                | Change::UpdateCommunity { .. }
        )
    };
    append.founds || append.changes.iter().any(breaks)
}

/// Cuts a batch where a stream comes again, the first part last. One statement tells appends apart by their streams, and an activation
/// that was replaced may have left one that waits beside one of the next.
fn of_different_streams(batch: Vec<Submission>) -> Vec<Vec<Submission>> {
    let mut parts: Vec<Vec<Submission>> = Vec::new();
    let mut seen = HashSet::new();
    for one in batch {
        let again = !seen.insert(one.append.stream);
        if again {
            seen = HashSet::from([one.append.stream]);
        }
        match parts.last_mut().filter(|_| !again) {
            Some(part) => part.push(one),
            None => parts.push(vec![one]),
        }
    }
    parts.reverse();
    parts
}

/// How many appends of a batch that failed are tried together next: half of them, for a culprit is found by halves. Of those that
/// another commit locks out each costs a wait, which no neighbour should have twice.
fn size_of_parts(error: &StoreError, appends: usize) -> usize {
    if is_locked(error) { 1 } else { appends.div_ceil(2) }
}

/// Whether an error is the statement's own and says nothing about the connection: nothing was written. A stream whose row
/// somebody else holds too long is one, and must not send its neighbours looking.
fn is_statements(error: &StoreError) -> bool {
    match error {
        StoreError::Constraint(_) | StoreError::Fault(_) => true,
        StoreError::Away(_) => is_locked(error),
    }
}

fn is_locked(error: &StoreError) -> bool {
    let StoreError::Away(sqlx::Error::Database(database)) = error else { return false };
    database.code().as_deref().is_some_and(|code| LOCKED.contains(&code))
}

enum Failed {
    /// The statement was refused: nothing was written.
    Statement(StoreError),
    /// The connection is gone: the outcome is unknown.
    Connection,
}

/// The outcome of an append whose statement failed.
fn refused(error: &StoreError, append: &Append<Change>) -> Outcome {
    match error {
        // Another commit spent one of them just now, unseen by the statement's snapshot: a look-up finds which.
        StoreError::Constraint(name) if KEY_SPENT.contains(&name.as_str()) => Outcome::Spent(keys_of(append)),
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

/// The keys that an append was to spend.
fn keys_of(append: &Append<Change>) -> Vec<DuplicateKey> {
    let keys = append.changes.iter().filter_map(|change| match change {
        Change::SpendKey(spent) => Some(spent.key.clone()),
        Change::InsertMessage { message, .. } => {
            Some(DuplicateKey::of_message(message.author.id, message.client_mutation_id.as_str()))
        }
        _ => None,
    });
    keys.collect()
}

#[cfg(test)]
#[path = "lane_tests.rs"]
mod tests;
