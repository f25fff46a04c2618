//! Connections to PostgreSQL that are encrypted, to the server that the certificate names.
//!
//! The certificates in `tls/` hold until 2120. The key of their authority was thrown away: others are made with `openssl ca`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ajet_chatd::config::{Database, Tls};
use ajet_chatd::store::{Store, connect_options};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::support::{connect, empty_config, eventually, start_stack};

/// It names `localhost`.
const CERTIFICATE: &str = include_str!("tls/server.pem");
const KEY: &str = include_str!("tls/server.key");

fn authority(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/store/tls").join(file)
}

/// Has PostgreSQL offer TLS. It writes the files by itself: a key that others could read it would not take.
async fn offer_tls(db: &mut PgConnection) {
    let written = |text: &str, file: &str| {
        let lines = format!("select unnest(string_to_array('{}', E'\\n'))", text.trim_end());
        format!("copy ({lines}) to program 'umask 077 && cat > {file}'")
    };
    for statement in [
        written(CERTIFICATE, "server.crt"),
        written(KEY, "server.key"),
        "alter system set ssl = on".to_owned(),
        "select pg_reload_conf()".to_owned(),
    ] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *db).await.expect("runs");
    }
}

/// Whether a connection is encrypted, where there is one.
async fn is_encrypted(db: &Database) -> Result<bool, sqlx::Error> {
    let mut connection = PgConnection::connect_with(&connect_options(db)).await?;
    let asked = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    sqlx::query_scalar(asked).fetch_one(&mut connection).await
}

#[tokio::test]
async fn postgresql_is_reached_by_tls_and_known_by_its_certificate() {
    let stack = start_stack("pg-tls").await;
    let config = empty_config(&stack).await;
    let by = |tls: Tls, host: &str, ca: Option<&str>| Database {
        tls,
        host: host.to_owned(),
        tls_ca: ca.map(authority),
        ..config.db.clone()
    };
    assert!(is_encrypted(&by(Tls::Require, "127.0.0.1", None)).await.is_err(), "it offers none yet");
    offer_tls(&mut connect(&config).await).await;
    eventually("PostgreSQL offers TLS", async || {
        is_encrypted(&by(Tls::Require, "127.0.0.1", None)).await.is_ok_and(|encrypted| encrypted)
    })
    .await;
    let known = by(Tls::VerifyFull, "localhost", Some("ca.pem"));
    assert!(is_encrypted(&known).await.expect("is known"));
    assert!(Store::new(&known).answers_within(Duration::from_secs(5)).await);
    for (stranger, why) in [
        (by(Tls::VerifyFull, "127.0.0.1", Some("ca.pem")), "another name"),
        (by(Tls::VerifyFull, "localhost", Some("other_ca.pem")), "another authority"),
        (by(Tls::VerifyFull, "localhost", None), "an authority that this machine does not know"),
    ] {
        assert!(is_encrypted(&stranger).await.is_err(), "{why}");
        assert!(!Store::new(&stranger).answers_within(Duration::from_secs(2)).await, "{why}");
    }
    assert!(!is_encrypted(&by(Tls::Disable, "127.0.0.1", None)).await.expect("connects"));
}
