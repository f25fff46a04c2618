//! Databases of tests. Migrations run once per stack, on a template; each test gets a copy of it.
//!
//! PostgreSQL copies no database that somebody is connected to, so the template is made under another name and renamed when the
//! connection that migrated it has closed. A copy has the template's rows, too: the id by which nodes tell their database from
//! others is made anew, or all tests would be one cluster, and so is the key of its cursors.
//!
//! A copy is 11 MB, and there are hundreds: those of tests that have ended are dropped before the next one is made.

use std::cell::RefCell;
use std::sync::PoisonError;

use ajet_chatd::config::{Config, Profile, Sources, load};
use ajet_chatd::store::connect_options;
use ajet_devstack::Stack;
use sqlx::{Connection, PgConnection};
use tokio::sync::Mutex;

use super::World;
use super::stack::number;

/// A key that seals, and is not that of the tests' servers.
pub const OTHER_SEALING_KEY: &str = "bmV3LXNlYWxpbmcta2V5LW9mLXRlc3RzLTAxMjM0NTY=";
const TEMPLATE: &str = "template_of_tests";
const UNFINISHED: &str = "template_of_tests_unfinished";
/// One copy at a time, on any stack: the first one makes the template.
static COPYING: Mutex<()> = Mutex::const_new(());
/// Databases whose tests have ended.
static LEFT: std::sync::Mutex<Vec<Copied>> = std::sync::Mutex::new(Vec::new());

thread_local! {
    /// What the test of this thread has made: each test has a thread of its own.
    static OWN: RefCell<Own> = const { RefCell::new(Own(Vec::new())) };
}

/// A database, and the port of its server.
#[derive(PartialEq, Eq)]
struct Copied(u16, String);

/// Databases that go with their thread.
struct Own(Vec<Copied>);

impl Drop for Own {
    fn drop(&mut self) {
        LEFT.lock().unwrap_or_else(PoisonError::into_inner).append(&mut self.0);
    }
}

/// Makes a database of the newest schema on a stack, and a configuration for it.
pub async fn fresh_config(stack: &Stack) -> Config {
    let config = own_config(stack);
    let mut admin = admin(stack).await;
    drop_left(&mut admin, config.db.port).await;
    let _one = COPYING.lock().await;
    let made: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(TEMPLATE)
        .fetch_one(&mut admin)
        .await
        .expect("looks");
    if !made {
        run(&mut admin, format!("create database {UNFINISHED}")).await;
        let template = configured(stack, UNFINISHED.into());
        ajet_schema::up(&connect_options(&template.db)).await.expect("migrates");
        run(&mut admin, format!("alter database {UNFINISHED} rename to {TEMPLATE}")).await;
    }
    // Its files, and not page by page through the log: a third of the time, where nothing is flushed.
    let name = &config.db.dbname;
    run(&mut admin, format!("create database {name} template {TEMPLATE} strategy file_copy")).await;
    let mut copy = connect(&config).await;
    run(&mut copy, "update log_horizon set database_id = gen_random_uuid(), cursor_key = default".into())
        .await;
    config
}

/// Drops what ended tests left on a server.
async fn drop_left(admin: &mut PgConnection, port: u16) {
    let left: Vec<_> = {
        let mut all = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        all.extract_if(.., |one| one.0 == port).collect()
    };
    for Copied(_, name) in left {
        run(admin, format!("drop database if exists {name} with (force)")).await;
    }
}

/// Makes an empty database on a stack, for what migrates it by itself, and a configuration for it.
pub async fn empty_config(stack: &Stack) -> Config {
    let config = own_config(stack);
    run(&mut admin(stack).await, format!("create database {}", config.db.dbname)).await;
    config
}

/// A configuration for a database that is dropped when the test of this thread has ended.
fn own_config(stack: &Stack) -> Config {
    let config = configured(stack, format!("t_{}_{}", std::process::id(), number()));
    OWN.with_borrow_mut(|own| own.0.push(Copied(config.db.port, config.db.dbname.clone())));
    config
}

/// What a server on this stack and database is told.
fn configured(stack: &Stack, database: String) -> Config {
    let own = [
        ("AJET_PROFILE", "test".to_owned()),
        ("AJET_HTTP_ADDR", "127.0.0.1:0".to_owned()),
        ("AJET_DB_DBNAME", database),
        ("AJET_DB_POOL_SIZE", "5".to_owned()),
        ("AJET_OUTGOING_ALLOW_PRIVATE", "true".to_owned()),
    ];
    let mut variables = stack.variables();
    variables.retain(|(name, _)| own.iter().all(|(one, _)| one != name));
    variables.extend(own.map(|(name, value)| (name.to_owned(), value)));
    load(&Sources { variables, ..Sources::default() }).expect("a good configuration").0
}

/// A configuration as production takes one: a node by it is one of the same cluster.
pub fn in_production(config: &Config) -> Config {
    let mut config = config.clone();
    config.cluster.key = config.cluster_secrets().remove(0);
    config.profile = Profile::Prod;
    config.http.public_url = "https://chat.example.org".into();
    config
}

async fn admin(stack: &Stack) -> PgConnection {
    PgConnection::connect(&stack.postgres.url("postgres")).await.expect("connects")
}

async fn run(connection: &mut PgConnection, statement: String) {
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(connection).await.expect("runs");
}

/// A connection to the database of a configuration, without the limits of the server's own.
pub async fn connect(config: &Config) -> PgConnection {
    let url = format!(
        "postgres://{}:{}@127.0.0.1:{}/{}",
        config.db.user,
        secrecy::ExposeSecret::expose_secret(&config.db.password),
        config.db.port,
        config.db.dbname
    );
    PgConnection::connect(&url).await.expect("connects")
}

/// A connection of one's own to a world's database.
pub async fn db(world: &World) -> PgConnection {
    connect(&world.config).await
}

/// Runs a statement on a world's database.
pub async fn sql(world: &World, statement: &'static str) -> u64 {
    sqlx::query(statement).execute(&mut db(world).await).await.expect("runs").rows_affected()
}

/// Has the node look for what is past its time.
pub async fn tidied(world: &World) {
    sql(world, "insert into job_requests (name, key, payload) values ('system:tidy', 'now', '{}')").await;
    world.server.app().node.jobs().notify_one();
}

/// Puts somebody into all communities and channels of a world, without an event.
pub async fn joins_unannounced(world: &World, username: &str) {
    let mut db = db(world).await;
    for statement in [
        "insert into community_members (community_id, user_id, role, joined_at)
           select c.id, u.id, 'member', now() from communities c, users u where u.username = $1",
        "insert into channel_members (channel_id, user_id, joined_at)
           select c.id, u.id, now() from channels c, users u where u.username = $1",
        "with raised as (update acl set version = version + 1 from communities c where acl.scope = c.id returning scope, version),
              kept as (update communities c set acl_version = r.version from raised r where c.id = r.scope)
         insert into acl_changes (scope, version, affects, id)
           select r.scope, r.version, 3, u.id from raised r, users u where u.username = $1",
    ] {
        sqlx::query(statement).bind(username).execute(&mut db).await.expect("joins");
    }
}

/// Puts somebody out of all communities and channels of a world, without an event: as another node does, of which this one has not heard.
pub async fn put_out_unannounced(world: &World, username: &str) {
    let mut db = db(world).await;
    for statement in [
        "delete from channel_members where user_id = (select id from users where username = $1)",
        "delete from community_members where user_id = (select id from users where username = $1)",
        "with raised as (update acl set version = version + 1 from communities c where acl.scope = c.id returning scope, version),
              kept as (update communities c set acl_version = r.version from raised r where c.id = r.scope)
         insert into acl_changes (scope, version, affects, id)
           select r.scope, r.version, 3, u.id from raised r, users u where u.username = $1",
    ] {
        sqlx::query(statement).bind(username).execute(&mut db).await.expect("puts out");
    }
}

/// How many sessions somebody has.
pub async fn sessions_of(world: &World, name: &str) -> i64 {
    sqlx::query_scalar(
        "select count(*) from sessions s join users u on u.id = s.user_id where u.username = $1",
    )
    .bind(name)
    .fetch_one(&mut db(world).await)
    .await
    .expect("counts")
}

/// What the audit log says, oldest first: the action and its reason. Invites and channels that were made are left out: each world has
/// some.
pub async fn audit(world: &World) -> Vec<(String, Option<String>)> {
    let said = sqlx::query_as(
        "select action, reason from audit_log where action not in ('invite.create', 'channel.create') order by id",
    );
    said.fetch_all(&mut db(world).await).await.expect("reads")
}
