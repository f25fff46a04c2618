//! The schema: reversible migrations (DB-4, DB-T6 to DB-T8), embedded in the executable.
//!
//! Migrations run on a connection of their own: they may take longer than any query of the server may, and hold an
//! advisory lock that only the end of the connection is sure to release.

pub mod driver;
pub mod queue;

use std::time::Duration;

use ajet_protocol::names;
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use uuid::Uuid;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");
const TABLE: &str = "_sqlx_migrations";
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Why the schema could not be changed or read.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The server could not be reached, or does not know us.
    #[error("could not connect to PostgreSQL: {0}")]
    Connect(#[source] sqlx::Error),
    /// No answer in time.
    #[error("PostgreSQL did not answer within {} s", CONNECT_WITHIN.as_secs())]
    Timeout,
    /// A migration failed; what it had done is rolled back.
    #[error("migration failed: {0}")]
    Migrate(#[from] MigrateError),
    /// What a migration leaves to the server could not be filled in.
    #[error("could not fill in what a migration added: {0}")]
    Fill(#[source] sqlx::Error),
    /// The queue's own migrations failed; the one that did is rolled back.
    #[error("the queue of jobs could not be set up: {0}")]
    Queue(String),
}

/// The advisory lock under which the schema changes; it ends with its connection.
const LOCK: i64 = 0x616a_6574;
/// Between two attempts to take it.
const LOCK_AGAIN: Duration = Duration::from_millis(100);
/// Accounts that are given their keys by one statement.
const ACCOUNTS_AT_ONCE: usize = 1000;
/// Times that this is tried. Each sees the accounts that stood in the way of the one before.
const KEY_TRIES: u32 = 5;

/// One migration, applied or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub version: i64,
    pub description: String,
    pub applied: bool,
}

/// Applies what is pending; applied ones are left alone (DB-T8). Returns how many were applied.
///
/// # Errors
/// [`SchemaError`]
pub async fn up(options: &PgConnectOptions) -> Result<usize, SchemaError> {
    let mut connection = connect(options).await?;
    // Several nodes may start at once, and even the list of migrations is made but once.
    lock(&mut connection).await.map_err(SchemaError::Connect)?;
    let pending = status_on(&mut connection).await?.iter().filter(|one| !one.applied).count();
    match bring_up(&mut connection).await {
        Ok(()) => queue::install(connection).await?,
        Err(error) => {
            let _ = connection.close().await;
            return Err(error);
        }
    }
    Ok(pending)
}

async fn bring_up(connection: &mut PgConnection) -> Result<(), SchemaError> {
    MIGRATOR.run(&mut *connection).await?;
    fill_keys(connection).await.map_err(SchemaError::Fill)
}

/// Takes the lock, and asks again while another node has it. A statement that waits for the lock holds a snapshot: an index that the other node
/// builds concurrently waits for its end, and both would wait for each other.
async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    loop {
        let taken: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(LOCK)
            .fetch_one(&mut *connection)
            .await?;
        if taken {
            return Ok(());
        }
        tokio::time::sleep(LOCK_AGAIN).await;
    }
}

async fn fill_keys(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    fill_name_keys(connection).await?;
    fill_user_keys(connection).await
}

/// Gives channels the key of their name that have none: those of before migration 8, and those that a node of that release made.
async fn fill_name_keys(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let unnamed: Vec<(Uuid, String)> =
        sqlx::query_as("select id, name from channels where name_key is null order by created_at, id")
            .fetch_all(&mut *connection)
            .await?;
    for (id, name) in unnamed {
        let key = names::key(&name);
        // Of two names that look alike the older one has the key; the other keeps its name all the same.
        sqlx::query(
            "update channels c set name_key = case
               when exists (select 1 from channels o where o.community_id = c.community_id and o.id <> c.id
                              and coalesce(o.name_key, lower(o.name collate \"C\")) = $2)
               then $2 || ' ' || c.id else $2 end
             where c.id = $1",
        )
        .bind(id)
        .bind(key)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Gives accounts the key of their user name that have none: those of before migration 60, and those that a node of a release before made.
async fn fill_user_keys(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let unnamed: Vec<(Uuid, String)> =
        sqlx::query_as("select id, username from users where username_key is null order by created_at, id")
            .fetch_all(&mut *connection)
            .await?;
    for some in unnamed.chunks(ACCOUNTS_AT_ONCE) {
        let (ids, keys): (Vec<Uuid>, Vec<String>) =
            some.iter().map(|(id, name)| (*id, names::key(name))).unzip();
        key_accounts(connection, &ids, &keys).await?;
    }
    Ok(())
}

/// Gives some accounts their keys, and tries again where a new account has one of them meanwhile: nodes are at work beside this.
async fn key_accounts(
    connection: &mut PgConnection,
    ids: &[Uuid],
    keys: &[String],
) -> Result<(), sqlx::Error> {
    let mut tries = 1;
    loop {
        // Of two names that look alike the older account has the key; the other one keeps its name all the same.
        let keyed = sqlx::query(
            "update users u set username_key = case
               when g.nth > 1 or exists (select 1 from users o where o.username_key = g.key)
               then g.key || ' ' || u.id else g.key end
             from (
               select id, key, row_number() over (partition by key order by place) as nth
               from unnest($1::uuid[], $2::text[]) with ordinality as given(id, key, place)
             ) g
             where u.id = g.id and u.username_key is null",
        )
        .bind(ids)
        .bind(keys)
        .execute(&mut *connection)
        .await;
        match keyed {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() && tries < KEY_TRIES => {
                tries += 1;
            }
            keyed => return keyed.map(|_| ()),
        }
    }
}

/// Reverses the newest applied migration (DB-T7). Returns its version, if there was one.
///
/// # Errors
/// [`SchemaError`]
pub async fn down(options: &PgConnectOptions) -> Result<Option<i64>, SchemaError> {
    let mut connection = connect(options).await?;
    let applied: Vec<i64> =
        status_on(&mut connection).await?.iter().filter(|one| one.applied).map(|one| one.version).collect();
    let Some(newest) = applied.last().copied() else { return Ok(None) };
    let target = applied.len().checked_sub(2).map_or(0, |before| applied[before]);
    let result = MIGRATOR.undo(&mut connection, target).await;
    let _ = connection.close().await;
    result?;
    Ok(Some(newest))
}

/// Every migration, oldest first.
///
/// # Errors
/// [`SchemaError`]
pub async fn status(options: &PgConnectOptions) -> Result<Vec<Status>, SchemaError> {
    let mut connection = connect(options).await?;
    let list = status_on(&mut connection).await;
    let _ = connection.close().await;
    list
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, SchemaError> {
    let connecting = tokio::time::timeout(CONNECT_WITHIN, options.connect()).await;
    connecting.map_err(|_| SchemaError::Timeout)?.map_err(SchemaError::Connect)
}

async fn status_on(connection: &mut PgConnection) -> Result<Vec<Status>, SchemaError> {
    connection.ensure_migrations_table(TABLE).await?;
    let applied = connection.list_applied_migrations(TABLE).await?;
    let all = MIGRATOR.iter().filter(|one| one.migration_type.is_up_migration());
    Ok(all
        .map(|one| Status {
            version: one.version,
            description: one.description.to_string(),
            applied: applied.iter().any(|done| done.version == one.version),
        })
        .collect())
}
