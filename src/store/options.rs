//! How connections are made, and the limits the server itself holds them to.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::config::{Database, Tls};

/// Statements kept prepared per connection; more than there are queries.
const STATEMENTS: usize = 256;

/// How PostgreSQL plans the statements of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planning {
    /// Once per statement, and by index alone, since the tables grow under the plan. For short statements: planning one costs
    /// more than running it, and its plan does not depend on its values.
    Once,
    /// As PostgreSQL does by itself: by the values five times, then without them where that looks no dearer.
    EachTime,
    /// Each time, by the values: for searches. By itself PostgreSQL plans a statement without its values from the sixth time on. It expects
    /// any range of ids to be narrow then, and walks all messages instead of asking the index of their words.
    ByValues,
}

/// Options for one connection outside all pools, with the limits of an ordinary query.
#[must_use]
pub fn connect_options(config: &Database) -> PgConnectOptions {
    limited(config, 10, Planning::EachTime)
}

/// Options for a connection whose statements take at most so many seconds.
#[must_use]
pub fn limited(config: &Database, seconds: u64, planning: Planning) -> PgConnectOptions {
    let options =
        base(config).options([("statement_timeout", format!("{seconds}s")), ("lock_timeout", "2s".into())]);
    // PostgreSQL soon ends a statement whose client has gone: a pool's size bounds the work that it does for the pool.
    let options = options.options([("client_connection_check_interval", "500ms")]);
    planned(options, planning)
}

/// Options of a journal connection: short limits, so that a frozen process can't hold the next owner up.
#[must_use]
pub fn journal_options(config: &Database) -> PgConnectOptions {
    let options = base(config).application_name("ajet-chat journal");
    planned(options.options([("statement_timeout", "5s"), ("lock_timeout", "1s")]), Planning::Once)
}

fn planned(options: PgConnectOptions, planning: Planning) -> PgConnectOptions {
    match planning {
        Planning::EachTime => options,
        Planning::ByValues => options.options([("plan_cache_mode", "force_custom_plan")]),
        Planning::Once => options.options([
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ]),
    }
}

fn base(config: &Database) -> PgConnectOptions {
    let slow = Duration::from_millis(config.slow_query_ms);
    let tls = match config.tls {
        Tls::Disable => PgSslMode::Disable,
        Tls::Prefer => PgSslMode::Prefer,
        Tls::Require => PgSslMode::Require,
        Tls::VerifyFull => PgSslMode::VerifyFull,
    };
    let options = PgConnectOptions::new_without_pgpass();
    let options = match &config.tls_ca {
        Some(path) => options.ssl_root_cert(path),
        None => options,
    };
    options
        .ssl_mode(tls)
        .host(&config.host)
        .port(config.port)
        .username(&config.user)
        .password(config.password.expose_secret())
        .database(&config.dbname)
        .application_name("ajet-chat")
        .statement_cache_capacity(STATEMENTS)
        .options([
            ("idle_in_transaction_session_timeout", "2s"),
            // Short statements only: compiling one takes longer than running it.
            ("jit", "off"),
            // The server's own sockets: it notices a client that is gone.
            ("tcp_keepalives_idle", "5"),
            ("tcp_keepalives_interval", "2"),
            ("tcp_keepalives_count", "3"),
        ])
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Warn, slow)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// J7: with a plan that was made without its values, a search of a rare word walks a million messages.
    #[test]
    fn searches_are_planned_by_their_values_every_time() {
        let plain = PgConnectOptions::new_without_pgpass;
        let of = |planning| planned(plain(), planning).get_options().unwrap_or_default().to_owned();
        assert!(of(Planning::ByValues).contains("plan_cache_mode=force_custom_plan"));
        assert!(of(Planning::Once).contains("plan_cache_mode=force_generic_plan"));
        assert!(!of(Planning::EachTime).contains("plan_cache_mode"));
    }
}
