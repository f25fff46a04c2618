//! The only SQL: pools, the journal, reads, and one file per aggregate.
//!
//! Seven ways to the database, so that none can starve another: the journal's own connections (appends), `commands`
//! (what writers look up), `live` (sign-in look-ups, rights and replay), `reads` (history and lists), `searches` (lists that are
//! looked through), `background` (publishing, repair and jobs), and `pulse` (what a node must do in time to stay one of the
//! cluster). All of them go to the primary: whatever is read here either decides a right or must show the reader's own writes.
//! What a read for a person rests on is checked by its [`fence`]. Values never appear in logs.

mod access_audit;
pub mod accounts;
pub mod api_tokens;
pub mod attachments;
pub mod audience;
pub mod audit;
mod blocks;
pub mod bots;
mod categories;
mod channel_members;
pub mod channels;
pub mod commands;
pub mod communities;
pub mod deletions;
pub mod deliveries;
pub mod device_sign_ins;
pub mod dms;
pub mod drafts;
pub mod due;
mod emoji;
pub mod exported;
pub mod exports;
pub mod fence;
pub mod founding;
mod indexed;
pub mod invites;
pub mod jobs;
pub mod journal;
mod keys;
pub mod log;
pub mod lookup;
mod markers;
mod member_search;
mod members;
mod message_parts;
mod message_rows;
mod message_runs;
pub mod messages;
pub mod named;
mod names;
mod new_words;
pub mod notice_words;
mod notices;
pub mod notifications;
pub mod oauth_accounts;
pub mod oauth_flows;
pub mod oauth_links;
pub mod oauth_providers;
mod options;
pub mod outbox;
mod outgoing;
mod overwrites;
mod own_texts;
pub mod parked;
pub mod pictures;
mod pins;
mod polls;
mod pool;
pub mod presence;
pub mod previews;
pub mod push;
mod queue;
mod reactions;
mod reminders;
pub mod removal;
pub mod replay;
pub mod rights;
mod roles;
mod rows;
pub mod saved;
pub mod scheduled;
pub mod search;
mod search_progress;
pub mod sessions;
mod settings;
pub mod sign_in_links;
pub mod signing_keys;
mod slow_mode;
mod standings;
pub mod streams;
pub mod sync;
mod threads;
pub mod users;
pub mod views;
pub mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use options::Planning;
pub use options::{connect_options, journal_options};
pub use pool::{Bounds, Line, Pool, connect};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The pools of a node.
#[derive(Debug, Clone)]
pub struct Store {
    commands: Pool,
    live: Pool,
    reads: Pool,
    searches: Pool,
    background: Pool,
    pulse: Pool,
    /// Replays under way at once: each takes its time, and look-ups need the same pool.
    replays: Arc<Semaphore>,
    /// Look-ups of tokens under way at once. Strangers may cause any number of them, and those who are signed in need the same pool.
    lookups: Arc<Semaphore>,
    /// The same of everything else that is looked up or begun before a sign-in, which does not wait behind tokens: webhooks' addresses,
    /// invites' codes, devices' codes, links that sign in, sign-ins at providers.
    addresses: Arc<Semaphore>,
    /// How long a query, or a look-up for its turn, waits.
    wait: Duration,
    /// The system's settings, as they were read a moment ago.
    settings: Arc<settings::Remembered>,
    line: Line,
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
        let line = Line::default();
        let wait = Duration::from_millis(config.acquire_timeout_ms);
        let connecting = Arc::new(Semaphore::new(CONNECTING));
        let in_turn = |size, limit_s: u64, planning, turns| {
            let bounds = Bounds { size, wait, limit: Duration::from_secs(limit_s + 1) };
            Pool::new(bounds, options::limited(config, limit_s, planning), line.clone(), turns)
        };
        let pool = |size, limit_s, planning| in_turn(size, limit_s, planning, Arc::clone(&connecting));
        let pulse = Arc::new(Semaphore::new(PULSE_CONNECTIONS as usize));
        Self {
            commands: pool(config.pool_size, 5, Planning::Once),
            live: pool(config.live_pool_size, 4, Planning::Once),
            reads: pool(config.pool_size, 8, Planning::Once),
            // Which rows a search looks at follows from what is searched for.
            searches: pool(config.search_pool_size, 5, Planning::ByValues),
            // Looks at many rows at a time, each time at others.
            background: pool(config.background_pool_size, 10, Planning::EachTime),
            pulse: in_turn(PULSE_CONNECTIONS, 10, Planning::EachTime, pulse).within(PULSE_WITHIN),
            replays: Arc::new(Semaphore::new((config.live_pool_size as usize).div_ceil(2))),
            lookups: Arc::new(Semaphore::new((config.live_pool_size as usize).div_ceil(2))),
            addresses: Arc::new(Semaphore::new((config.live_pool_size as usize).div_ceil(ADDRESSES_PART))),
            wait,
            settings: Arc::default(),
            line,
        }
    }

    /// For what a command must look up before it is decided.
    pub(crate) fn commands(&self) -> &Pool {
        &self.commands
    }

    /// For sign-in look-ups, rights and replay: what everybody may cause keeps no writer waiting.
    pub(crate) fn live(&self) -> &Pool {
        &self.live
    }

    /// A turn to look up a token, which anybody may make up.
    pub(crate) async fn lookup_turn(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        self.turn(&self.lookups).await
    }

    /// A turn to look up what anybody may make up: a webhook's address, an invite's or a device's code, a link that signs in, what a provider is
    /// said to have answered. So do sign-ins that begin, and the note of one that was refused. Nothing takes a second turn while it has one.
    pub(crate) async fn address_turn(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        self.turn(&self.addresses).await
    }

    async fn turn<'a>(&self, turns: &'a Semaphore) -> Result<SemaphorePermit<'a>, StoreError> {
        let waiting = tokio::time::timeout(self.wait, turns.acquire()).await;
        waiting.ok().and_then(Result::ok).ok_or(StoreError::Away(sqlx::Error::PoolTimedOut))
    }

    /// For history and lists.
    pub(crate) fn reads(&self) -> &Pool {
        &self.reads
    }

    /// For lists that are looked through for what somebody typed: few at a time, planned each by its values.
    pub(crate) fn searches(&self) -> &Pool {
        &self.searches
    }

    /// For work that no request waits for: what is published, healed and removed, and jobs.
    pub(crate) fn background(&self) -> &Pool {
        &self.background
    }

    /// For what a node does all the time to stay one of the cluster: given up after two seconds, and tried again. Its connections
    /// are its own: without its lease a node may not emit, however much its jobs have to do.
    pub(crate) fn pulse(&self) -> &Pool {
        &self.pulse
    }

    /// What is known of the way to the database, for the journal's own connections.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Whether the database answers within `limit`.
    pub async fn answers_within(&self, limit: Duration) -> bool {
        let pool = self.live.within(limit);
        let ping = sqlx::query("select 1").execute(&pool);
        matches!(tokio::time::timeout(limit, ping).await, Ok(Ok(_)))
    }

    /// Closes every connection.
    pub fn close(&self) {
        self.commands.close();
        self.live.close();
        self.reads.close();
        self.searches.close();
        self.background.close();
        self.pulse.close();
    }
}

/// What is looked up before a sign-in, but for tokens, has this part of the connections of `live` at most. With the half that tokens have it
/// leaves one or more to those who are signed in, of six or more.
const ADDRESSES_PART: usize = 4;
/// Connections that the pools of a node make at a time, but for its pulse; the journal makes its own. Few are soon made, and many make each other late.
const CONNECTING: usize = 8;
/// One for the lease and the look for ended sessions, one for the watermark.
const PULSE_CONNECTIONS: u32 = 2;
/// A lease to emit, a watermark, a look for ended sessions: none may hang over a cut that has healed.
const PULSE_WITHIN: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::is_away;

    #[test]
    fn what_took_too_long_is_tried_again_and_what_makes_no_sense_is_a_fault() {
        let codes = ["57014", "57P01", "40P01", "22P02", "42883"];
        assert_eq!(codes.map(|code| is_away(Some(code))), [true, true, true, false, false]);
    }
}
