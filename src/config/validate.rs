//! Rules that types alone don't say. Each broken one names its key, the problem, and the source of the value.

use secrecy::ExposeSecret;

use super::{Config, Profile};

/// Every broken rule; none for a good configuration.
pub fn broken_rules(config: &Config, origin: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut broken = Vec::new();
    let mut rule = |holds: bool, key: &str, problem: &str| {
        if !holds {
            broken.push(format!("{key} {problem} (from {})", origin(key)));
        }
    };
    let filled = [
        ("db.host", &config.db.host),
        ("db.dbname", &config.db.dbname),
        ("db.user", &config.db.user),
        ("nats.url", &config.nats.url),
        ("objects.endpoint", &config.objects.endpoint),
        ("objects.bucket", &config.objects.bucket),
        ("log.level", &config.log.level),
    ];
    for (key, value) in filled {
        rule(!value.trim().is_empty(), key, "must not be empty");
    }
    rule(config.db.port != 0, "db.port", "must be between 1 and 65535");
    rule((1..=1000).contains(&config.db.pool_size), "db.pool_size", "must be between 1 and 1000");
    rule(
        (1..=100).contains(&config.db.background_pool_size),
        "db.background_pool_size",
        "must be between 1 and 100",
    );
    rule((1..=32).contains(&config.db.journal_lanes), "db.journal_lanes", "must be between 1 and 32");
    rule(config.db.acquire_timeout_ms > 0, "db.acquire_timeout_ms", "must be at least 1");
    rule(
        (1..=3600).contains(&config.http.header_timeout_s),
        "http.header_timeout_s",
        "must be between 1 and 3600",
    );
    rule(
        (16..=65_536).contains(&config.events.queue_frames),
        "events.queue_frames",
        "must be between 16 and 65536",
    );
    rule((1..=300).contains(&config.events.heartbeat_s), "events.heartbeat_s", "must be between 1 and 300");
    rule(
        (1..=8760).contains(&config.events.retention_hours),
        "events.retention_hours",
        "must be between 1 and 8760",
    );
    rule(
        (1..=8760).contains(&config.nats.retention_hours),
        "nats.retention_hours",
        "must be between 1 and 8760",
    );
    rule((1..=1_000_000).contains(&config.actors.mailbox), "actors.mailbox", "must be between 1 and 1000000");
    rule(
        (100..=10_000).contains(&config.actors.ask_timeout_ms),
        "actors.ask_timeout_ms",
        "must be between 100 and 10000",
    );
    rule(config.actors.idle_s >= 1, "actors.idle_s", "must be at least 1");
    rule(
        ["", "json", "text"].contains(&config.log.format.as_str()),
        "log.format",
        "must be json, text or empty",
    );
    rule(
        config.nats.url.starts_with("nats://") || config.nats.url.starts_with("tls://"),
        "nats.url",
        "must start with nats:// or tls://",
    );
    rule(is_web(&config.objects.endpoint), "objects.endpoint", "must start with http:// or https://");
    let public = &config.http.public_url;
    rule(public.is_empty() || is_web(public), "http.public_url", "must start with http:// or https://");
    if config.profile == Profile::Prod {
        rule(
            !config.db.password.expose_secret().is_empty(),
            "db.password",
            "must be set in prod: AJET_DB_PASSWORD",
        );
        rule(
            !config.objects.secret_key.expose_secret().is_empty(),
            "objects.secret_key",
            "must be set in prod: AJET_OBJECTS_SECRET_KEY",
        );
    }
    let loopback = config.http.addr.ip().is_loopback();
    rule(
        config.profile == Profile::Prod || loopback,
        "http.addr",
        "must be a loopback address outside the prod profile, which lets anybody sign in by name",
    );
    broken
}

fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}
