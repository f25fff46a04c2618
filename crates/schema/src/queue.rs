//! The tables and functions of the queue of jobs, which the crate graphile_worker brings: a schema of its own beside ours.
//!
//! Its migrations switch row level security on and make no policy, so only the tables' owner could use them. A policy that lets everybody
//! through leaves it to the rights, as everywhere else: roles that were given those on our future tables (`deploy/postgres/roles.sql`)
//! get them here.

use std::any::Any;
use std::sync::Arc;

use graphile_worker::{
    BoxFuture, Database, DatabaseDriver, DbError, DbExecutor, DbParams, DbRow, DbTransaction,
    NotificationStream, TransactionDriver, WorkerUtils,
};
use sqlx::{Connection, PgConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{SchemaError, driver};

/// The schema's name.
pub const SCHEMA: &str = "graphile_worker";

/// May be run again at any time.
const RIGHTS: &str = "do $$
declare
    one name;
    reader oid;
begin
    for one in
        select class.relname from pg_class class
        where class.relnamespace = 'graphile_worker'::regnamespace and class.relkind = 'r' and class.relrowsecurity
            and not exists (select from pg_policy policy where policy.polrelid = class.oid)
    loop
        execute format('create policy by_rights on graphile_worker.%I using (true) with check (true)', one);
    end loop;
    for reader in
        select distinct given.grantee from pg_default_acl acl, aclexplode(acl.defaclacl) given
        where acl.defaclnamespace = 'public'::regnamespace and acl.defaclobjtype = 'r'
            and acl.defaclrole = (select oid from pg_roles where rolname = current_user)
            and given.grantee not in (0, acl.defaclrole)
    loop
        execute format('grant usage on schema graphile_worker to %s', reader::regrole);
        execute format(
            'grant select, insert, update, delete on all tables in schema graphile_worker to %s', reader::regrole);
    end loop;
end
$$";

/// Brings the queue's schema to the newest form, and ends the connection, which holds the lock that keeps others out meanwhile.
pub(crate) async fn install(connection: PgConnection) -> Result<(), SchemaError> {
    let connection = Arc::new(Mutex::new(connection));
    let queue = WorkerUtils::new(Database::new(Single(Arc::clone(&connection))), SCHEMA);
    queue.migrate().await.map_err(|error| SchemaError::Queue(error.to_string()))?;
    drop(queue);
    let rights = sqlx::raw_sql(RIGHTS).execute(&mut *connection.lock().await).await;
    // No one else has it any more.
    if let Some(connection) = Arc::into_inner(connection) {
        let _ = connection.into_inner().close().await;
    }
    rights.map_err(SchemaError::Fill)?;
    Ok(())
}

/// A database that is one connection. A transaction has it alone until its end.
#[derive(Debug)]
struct Single(Arc<Mutex<PgConnection>>);

/// One that was not committed leaves the connection as it is: its error ends the whole installation.
struct Transaction(Mutex<OwnedMutexGuard<PgConnection>>);

impl DbExecutor for Single {
    fn execute<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
        Box::pin(async move { execute(&mut *self.0.lock().await, sql, &params).await })
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(async move { fetch_all(&mut *self.0.lock().await, sql, &params).await })
    }
}

impl DatabaseDriver for Single {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn begin<'a>(&'a self) -> BoxFuture<'a, Result<DbTransaction, DbError>> {
        Box::pin(async move {
            let mut connection = Arc::clone(&self.0).lock_owned().await;
            execute(&mut connection, "begin", &DbParams::new()).await?;
            Ok(DbTransaction::new(Box::new(Transaction(Mutex::new(connection)))))
        })
    }

    fn listen<'a>(&'a self, _channel: &'a str) -> BoxFuture<'a, Result<Option<NotificationStream>, DbError>> {
        Box::pin(async { Ok(None) })
    }
}

impl DbExecutor for Transaction {
    fn execute<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
        Box::pin(async move { execute(&mut *self.0.lock().await, sql, &params).await })
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(async move { fetch_all(&mut *self.0.lock().await, sql, &params).await })
    }
}

impl TransactionDriver for Transaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), DbError>> {
        Box::pin(async move {
            let Self(connection) = *self;
            execute(&mut connection.into_inner(), "commit", &DbParams::new()).await?;
            Ok(())
        })
    }
}

async fn execute(connection: &mut PgConnection, sql: &str, params: &DbParams) -> Result<u64, DbError> {
    driver::execute(connection, sql, params).await.map_err(|error| driver::error(&error))
}

async fn fetch_all(
    connection: &mut PgConnection,
    sql: &str,
    params: &DbParams,
) -> Result<Vec<DbRow>, DbError> {
    driver::fetch_all(connection, sql, params).await.map_err(|error| driver::error(&error))
}
