//! How the database is reached, migrated, and waited for.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ajet_chatd::store::{Store, StoreError, connect_options};
use ajet_chatd::telemetry::{Format, subscriber};
use ajet_protocol::PageQuery;
use sqlx::{Connection, PgConnection};
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{DEADLINE, World, empty_config, fresh_config, stack};

/// DB-T1.
#[tokio::test]
async fn a_pool_over_a_valid_configuration_answers() {
    let config = fresh_config(stack()).await;
    assert!(Store::new(&config.db).answers_within(Duration::from_secs(5)).await);
}

/// DB-T2.
#[tokio::test]
async fn bad_credentials_and_hosts_are_named() {
    let mut config = fresh_config(stack()).await;
    config.db.password = "wrong-password".into();
    let error = ajet_schema::up(&connect_options(&config.db)).await.expect_err("refused").to_string();
    assert!(error.contains("password authentication failed") && !error.contains("wrong-password"), "{error}");
    let mut config = fresh_config(stack()).await;
    config.db.port = 1;
    let error = ajet_schema::up(&connect_options(&config.db)).await.expect_err("refused").to_string();
    assert!(error.contains("could not connect to PostgreSQL"), "{error}");
}

/// DB-T3, DB-T4.
#[tokio::test]
async fn what_is_written_reads_back() {
    let world = World::new().await;
    let store = Store::new(&world.config.db);
    let me = world.ann.me().await.expect("me").user;
    let page = store.communities_of(me.id, &PageQuery::default()).await.expect("reads");
    assert_eq!(page.items.first(), Some(&world.community));
    world.end().await;
}

/// DB-T6, DB-T7, DB-T8.
#[tokio::test]
async fn migrations_go_forward_back_and_are_idempotent() {
    let config = empty_config(stack()).await;
    let options = connect_options(&config.db);
    let all = ajet_schema::up(&options).await.expect("applies");
    assert!(all >= 4);
    assert_eq!(ajet_schema::up(&options).await.expect("again"), 0, "DB-T8");
    let mut reversed = 0;
    while ajet_schema::down(&options).await.expect("reverses").is_some() {
        reversed += 1;
    }
    assert_eq!(reversed, all, "DB-T7");
    let mut db = PgConnection::connect(&stack().postgres.url(&config.db.dbname)).await.expect("connects");
    let left: i64 = sqlx::query_scalar(
        "select count(*) from pg_tables where schemaname = 'public' and tablename <> '_sqlx_migrations'",
    )
    .fetch_one(&mut db)
    .await
    .expect("counts");
    assert_eq!(left, 0, "nothing is left of the schema");
    assert_eq!(ajet_schema::up(&options).await.expect("applies again"), all, "DB-T6");
    assert!(ajet_schema::status(&options).await.expect("lists").iter().all(|one| one.applied));
}

/// The migration with the higher number may be applied first. What is reversed first is the newest by its number.
#[tokio::test]
async fn a_migration_that_was_passed_over_is_applied_later() {
    let config = fresh_config(stack()).await;
    let options = connect_options(&config.db);
    let mut db = PgConnection::connect_with(&options).await.expect("connects");
    let reverse = include_str!("../../../migrations/0059_push.down.sql");
    sqlx::raw_sql(reverse).execute(&mut db).await.expect("reverses");
    let forget = "delete from _sqlx_migrations where version = 59";
    assert_eq!(sqlx::query(forget).execute(&mut db).await.expect("forgets").rows_affected(), 1);
    let pending = async || {
        let all = ajet_schema::status(&options).await.expect("lists");
        all.iter().filter(|one| !one.applied).map(|one| one.version).collect::<Vec<_>>()
    };
    assert_eq!(pending().await, [59], "60 is there");
    assert_eq!(ajet_schema::up(&options).await.expect("applies"), 1);
    sqlx::query("select from push_subscriptions, push_keys").execute(&mut db).await.expect("are there");
    let later: Vec<_> = pending().await;
    assert!(later.is_empty(), "{later:?}");
    let mut reversed = Vec::new();
    while reversed.last() != Some(&59) {
        reversed.push(ajet_schema::down(&options).await.expect("reverses").expect("one is left"));
    }
    assert!(reversed.contains(&60), "before it: {reversed:?}");
    assert_eq!(ajet_schema::up(&options).await.expect("applies again"), reversed.len());
}

/// DB-T7. Each takes back what it brought alone.
#[tokio::test]
async fn lines_of_links_go_with_the_migration_that_brought_them() {
    let config = fresh_config(stack()).await;
    let options = connect_options(&config.db);
    let mut db = PgConnection::connect_with(&options).await.expect("connects");
    let lines = "insert into system_audit (action, target_type, details, created_at)
                 values ('sign_in_link.create', 'user', '{}', now()), ('session.refuse', 'user', '{}', now())";
    sqlx::query(lines).execute(&mut db).await.expect("adds");
    while let Some(reversed) = ajet_schema::down(&options).await.expect("reverses") {
        if reversed == 55 {
            break;
        }
        let left: Vec<String> = sqlx::query_scalar("select action from system_audit order by action")
            .fetch_all(&mut db)
            .await
            .expect("reads");
        let expected: &[&str] = match reversed {
            58.. => &["session.refuse", "sign_in_link.create"],
            57 => &["sign_in_link.create"],
            _ => &[],
        };
        assert_eq!(left, expected, "{reversed}");
    }
}

/// A log that is written to memory.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// DB-T9.
#[tokio::test]
async fn slow_queries_are_logged_without_their_values() {
    let mut config = fresh_config(stack()).await;
    config.db.slow_query_ms = 50;
    let captured = Captured::default();
    let log = subscriber("warn", Format::Json, captured.clone()).expect("a level");
    let query = async {
        let mut db = PgConnection::connect_with(&connect_options(&config.db)).await.expect("connects");
        sqlx::query("select pg_sleep($1), $2::text")
            .bind(0.2_f64)
            .bind("private words")
            .execute(&mut db)
            .await
            .expect("sleeps");
    };
    query.with_subscriber(tracing::Dispatch::new(log)).await;
    let text = String::from_utf8(captured.0.lock().expect("not poisoned").clone()).expect("text");
    assert!(text.contains("pg_sleep") && text.contains("slow"), "{text}");
    assert!(!text.contains("private words"), "{text}");
}

/// DB-T10.
#[tokio::test]
async fn an_exhausted_pool_is_a_clear_refusal_in_time() {
    let mut config = empty_config(stack()).await;
    (config.db.pool_size, config.db.acquire_timeout_ms) = (1, 300);
    ajet_schema::up(&connect_options(&config.db)).await.expect("applies");
    let store = Store::new(&config.db);
    let mut locker = PgConnection::connect(&stack().postgres.url(&config.db.dbname)).await.expect("connects");
    let mut lock = locker.begin().await.expect("begins");
    sqlx::query("lock table log_horizon in access exclusive mode").execute(&mut *lock).await.expect("locks");
    let held = tokio::spawn({
        let store = store.clone();
        async move { store.log_identity().await }
    });
    let refusing = async {
        loop {
            if let Err(error) = store.log_identity().await {
                return error;
            }
        }
    };
    let refused = tokio::time::timeout(DEADLINE, refusing).await.expect("in time");
    assert!(matches!(refused, StoreError::Away(_)), "{refused:?}");
    lock.rollback().await.expect("unlocks");
    let _ = held.await;
    assert!(store.log_identity().await.is_ok(), "and it works again");
}
