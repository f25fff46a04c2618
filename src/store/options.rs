//! How connections are made, and the limits the server itself holds them to.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};

use crate::config::Database;

/// Statements kept prepared per connection; more than there are queries.
const STATEMENTS: usize = 256;

/// Options for one connection, with the limits of an ordinary query.
#[must_use]
pub fn connect_options(config: &Database) -> PgConnectOptions {
    base(config, &config.host, config.port).options([("statement_timeout", "10s"), ("lock_timeout", "2s")])
}

/// Options of a journal connection: short limits, so that a frozen process can't hold the next owner up.
#[must_use]
pub fn journal_options(config: &Database) -> PgConnectOptions {
    let options = base(config, &config.host, config.port).application_name("ajet-chat journal");
    planned_once(options.options([("statement_timeout", "5s"), ("lock_timeout", "1s")]))
}

/// For short statements: planning one costs more than running it, and its plan does not depend on its values. Made once, and
/// by index alone, since the tables grow under it.
#[must_use]
pub fn planned_once(options: PgConnectOptions) -> PgConnectOptions {
    options.options([
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
    ])
}

fn base(config: &Database, host: &str, port: u16) -> PgConnectOptions {
    let slow = Duration::from_millis(config.slow_query_ms);
    PgConnectOptions::new_without_pgpass()
        .host(host)
        .port(port)
        .username(&config.user)
        .password(config.password.expose_secret())
        .database(&config.dbname)
        .application_name("ajet-chat")
        .statement_cache_capacity(STATEMENTS)
        .options([
            ("idle_in_transaction_session_timeout", "2s"),
            // Short statements only: compiling one takes longer than running it.
            ("jit", "off"),
            ("tcp_keepalives_idle", "5"),
            ("tcp_keepalives_interval", "2"),
            ("tcp_keepalives_count", "3"),
        ])
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Warn, slow)
}

/// A pool that connects when it is first used (DB-5).
pub fn pool(config: &Database, size: u32, options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
        .test_before_acquire(false)
        .connect_lazy_with(options)
}
