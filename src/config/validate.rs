//! Rules that types alone don't say. Each broken one names its key, the problem, and the source of the value.

use secrecy::ExposeSecret;

use super::{Config, Profile};

/// Every broken rule; none for a good configuration.
pub fn broken_rules(config: &Config, origin: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut report = Report { origin, broken: Vec::new() };
    report.dependencies(config);
    report.limits(config);
    report.profile(config);
    report.broken
}

struct Report<'a> {
    origin: &'a dyn Fn(&str) -> String,
    broken: Vec<String>,
}

impl Report<'_> {
    fn rule(&mut self, holds: bool, key: &str, problem: &str) {
        if !holds {
            self.broken.push(format!("{key} {problem} (from {})", (self.origin)(key)));
        }
    }

    /// A number between two others, both included.
    fn between(&mut self, key: &str, value: u64, (least, most): (u64, u64)) {
        self.rule((least..=most).contains(&value), key, &format!("must be between {least} and {most}"));
    }

    fn dependencies(&mut self, config: &Config) {
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
            self.rule(!value.trim().is_empty(), key, "must not be empty");
        }
        let nats = config.nats.url.starts_with("nats://") || config.nats.url.starts_with("tls://");
        self.rule(nats, "nats.url", "must start with nats:// or tls://");
        self.rule(
            is_web(&config.objects.endpoint),
            "objects.endpoint",
            "must start with http:// or https://",
        );
        let public = &config.http.public_url;
        self.rule(
            public.is_empty() || is_web(public),
            "http.public_url",
            "must start with http:// or https://",
        );
        let format = ["", "json", "text"].contains(&config.log.format.as_str());
        self.rule(format, "log.format", "must be json, text or empty");
    }

    fn limits(&mut self, config: &Config) {
        let Config { db, http, events, nats, actors, .. } = config;
        self.between("db.port", db.port.into(), (1, 65_535));
        self.between("db.pool_size", db.pool_size.into(), (1, 1000));
        self.between("db.background_pool_size", db.background_pool_size.into(), (1, 100));
        self.between("db.journal_lanes", db.journal_lanes as u64, (1, 32));
        self.between("db.acquire_timeout_ms", db.acquire_timeout_ms, (1, 60_000));
        self.between("http.spread_s", http.spread_s, (0, 300));
        self.between("http.header_timeout_s", http.header_timeout_s, (1, 3600));
        self.between("events.queue_frames", events.queue_frames as u64, (16, 65_536));
        self.between("events.heartbeat_s", events.heartbeat_s, (1, 300));
        self.between("events.retention_hours", events.retention_hours, (1, 8760));
        self.rule(
            !nats.url.contains('@'),
            "nats.url",
            "must not hold a user or password: set nats.user and AJET_NATS_PASSWORD",
        );
        self.between("nats.replicas", nats.replicas.into(), (1, 5));
        self.between("nats.retention_hours", nats.retention_hours, (1, 8760));
        self.between("actors.mailbox", actors.mailbox as u64, (1, 1_000_000));
        self.between("actors.ask_timeout_ms", actors.ask_timeout_ms, (100, 10_000));
        self.between("actors.idle_s", actors.idle_s, (1, 86_400));
    }

    fn profile(&mut self, config: &Config) {
        let prod = config.profile == Profile::Prod;
        let loopback = config.http.addr.ip().is_loopback();
        let problem =
            "must be a loopback address outside the prod profile, which lets anybody sign in by name";
        self.rule(prod || loopback, "http.addr", problem);
        let password = !config.db.password.expose_secret().is_empty();
        self.rule(!prod || password, "db.password", "must be set in prod: AJET_DB_PASSWORD");
        let secret = !config.objects.secret_key.expose_secret().is_empty();
        self.rule(!prod || secret, "objects.secret_key", "must be set in prod: AJET_OBJECTS_SECRET_KEY");
    }
}

fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}
