//! Rules that types alone don't say. Each broken one names its key, the problem, and the source of the value.

use std::net::IpAddr;

use ajet_protocol::limits::{DEVICE_GUESSES_MOST, DEVICE_SIGN_INS, DEVICE_STARTS_OF_BLOCK};
use secrecy::{ExposeSecret, SecretString};

use super::load::Purpose;
use super::{Config, JOB_QUEUES, Limits, Network, Profile, Tls};

/// Every broken rule; none for a good configuration.
pub fn broken_rules(config: &Config, purpose: Purpose, origin: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut report = Report { origin, broken: Vec::new() };
    report.dependencies(config);
    report.origins(&config.http.cors_origins);
    report.limits(config);
    if purpose == Purpose::Serve {
        report.profile(config);
    }
    report.roles(config);
    report.sealing(config);
    if purpose == Purpose::Serve {
        report.providers(config);
    }
    if purpose == Purpose::Serve && config.profile == Profile::Prod {
        report.secrets(config);
        report.transport(config);
    }
    report.broken
}

/// Jobs that share a connection: each holds one only while a statement of its runs. With more of them a queue's own statements,
/// its heartbeat among them, would wait for longer than they may.
const JOBS_PER_CONNECTION: u64 = 2;

/// What a node can do.
const ROLES: [&str; 2] = ["web", "jobs"];

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
        let is_nats = |url: &str| url.starts_with("nats://") || url.starts_with("tls://");
        let nats = config.nats.url.split(',').all(|url| is_nats(url.trim()));
        self.rule(nats, "nats.url", "must start with nats:// or tls://, each address of several");
        self.rule(
            is_web(&config.objects.endpoint),
            "objects.endpoint",
            "must start with http:// or https://",
        );
        let files = &config.objects.public_endpoint;
        let known = files.is_empty() || is_web(files);
        self.rule(known, "objects.public_endpoint", "must start with http:// or https://");
        for (key, address) in
            [("objects.endpoint", &config.objects.endpoint), ("objects.public_endpoint", files)]
        {
            let problem =
                "must not hold a user or password: set objects.access_key and AJET_OBJECTS_SECRET_KEY";
            self.rule(!names_a_user(address), key, problem);
        }
        let public = &config.http.public_url;
        self.rule(
            public.is_empty() || is_web(public),
            "http.public_url",
            "must start with http:// or https://",
        );
        let format = ["", "json", "text"].contains(&config.log.format.as_str());
        self.rule(format, "log.format", "must be json, text or empty");
    }

    /// Each names one origin as browsers write it: another text would never match, and `*` would let all pages in.
    fn origins(&mut self, origins: &[String]) {
        for origin in origins {
            let written = url::Url::parse(origin).map(|url| url.origin().ascii_serialization());
            let known =
                is_web(origin) && !origin.contains('*') && written.is_ok_and(|written| written == *origin);
            let problem = format!("holds {origin:?}, which is no origin such as https://app.example.org");
            self.rule(known, "http.cors_origins", &problem);
        }
    }

    fn limits(&mut self, config: &Config) {
        let Config { db, http, events, nats, actors, sessions, presence, .. } = config;
        self.between("db.port", db.port.into(), (1, 65_535));
        self.between("db.pool_size", db.pool_size.into(), (1, 1000));
        self.between("db.live_pool_size", db.live_pool_size.into(), (1, 1000));
        self.between("http.max_connections", http.max_connections as u64, (1, 1_000_000));
        let of_address = http.max_connections_per_address as u64;
        self.between("http.max_connections_per_address", of_address, (1, 1_000_000));
        self.between("http.max_requests", http.max_requests as u64, (1, 1_000_000));
        self.between("http.answer_mib", http.answer_mib as u64, (4, 65_536));
        self.between("http.write_timeout_s", http.write_timeout_s, (1, 3600));
        self.between("events.window_mib", events.window_mib as u64, (1, 4096));
        self.between("events.replay_mib", events.replay_mib as u64, (1, 1024));
        self.between("events.streams_per_session", events.streams_per_session as u64, (1, 1_000_000));
        self.between("events.streams_per_person", events.streams_per_person as u64, (1, 1_000_000));
        self.between("sessions.idle_days", sessions.idle_days, (1, 3650));
        self.between("sessions.max_days", sessions.max_days, (1, 3650));
        self.between("sessions.per_person", sessions.per_person.into(), (1, 10_000));
        self.rates(&config.limits);
        for proxy in &http.trusted_proxies {
            let known = Network::parse(proxy).is_some();
            self.rule(
                known,
                "http.trusted_proxies",
                &format!("holds {proxy:?}, which is no address or network"),
            );
        }
        self.between("db.background_pool_size", db.background_pool_size.into(), (1, 100));
        self.between("db.search_pool_size", db.search_pool_size.into(), (1, 100));
        self.between("db.journal_lanes", db.journal_lanes as u64, (1, 32));
        self.between("db.acquire_timeout_ms", db.acquire_timeout_ms, (1, 60_000));
        self.between("http.spread_s", http.spread_s, (0, 300));
        self.between("http.header_timeout_s", http.header_timeout_s, (1, 3600));
        self.between("events.heartbeat_s", events.heartbeat_s, (1, 300));
        self.between("events.retention_hours", events.retention_hours, (1, 8760));
        self.between("presence.away_s", presence.away_s, (1, 3600));
        self.between("presence.diff_s", presence.diff_s, (1, 3600));
        self.between("presence.typing_s", presence.typing_s, (1, 600));
        self.between("uploads.image_memory_mib", config.uploads.image_memory_mib.into(), (64, 65_536));
        self.between("uploads.image_megapixels", config.uploads.image_megapixels.into(), (1, 1000));
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

    fn rates(&mut self, limits: &Limits) {
        for (key, value) in [
            ("limits.failures_per_minute", limits.failures_per_minute),
            ("limits.reads_per_minute", limits.reads_per_minute),
            ("limits.writes_per_minute", limits.writes_per_minute),
            ("limits.uploads_per_minute", limits.uploads_per_minute),
            ("limits.guesses_per_minute", limits.guesses_per_minute),
            ("limits.community_writes_per_minute", limits.community_writes_per_minute),
            ("limits.device_starts_per_minute", limits.device_starts_per_minute),
        ] {
            self.between(key, value.into(), (1, 1_000_000));
        }
        let guesses = limits.device_guesses_per_ten_minutes.into();
        self.between("limits.device_guesses_per_ten_minutes", guesses, (1, DEVICE_GUESSES_MOST.into()));
        // One network that may start all that may wait keeps all others out.
        let fewer = DEVICE_SIGN_INS.unsigned_abs() / u64::from(DEVICE_STARTS_OF_BLOCK) - 1;
        let starts = limits.device_starts_per_ten_minutes.into();
        self.between("limits.device_starts_per_ten_minutes", starts, (1, fewer));
        for (token, times) in &limits.tokens {
            let known = uuid::Uuid::try_parse(token).is_ok();
            self.rule(known, "limits.tokens", &format!("holds {token:?}, which is no token's id"));
            self.rule((1..=1000).contains(times), "limits.tokens", "allows between 1 and 1000 times as much");
        }
    }

    fn roles(&mut self, config: &Config) {
        let roles = &config.node.roles;
        for role in roles.iter().filter(|role| !ROLES.contains(&role.as_str())) {
            let problem = format!("holds {role:?}; the roles are {}", ROLES.join(" and "));
            self.rule(false, "node.roles", &problem);
        }
        self.rule(
            roles.iter().any(|role| role == ROLES[0]),
            "node.roles",
            "must hold web: every node serves",
        );
        self.between("jobs.concurrency", config.jobs.concurrency.into(), (1, 64));
        let at_once = u64::from(config.jobs.concurrency) * JOB_QUEUES as u64;
        let room = JOBS_PER_CONNECTION * u64::from(config.db.background_pool_size);
        let problem =
            format!("times {JOB_QUEUES} queues is over {JOBS_PER_CONNECTION} times db.background_pool_size");
        self.rule(!config.does_jobs() || at_once <= room, "jobs.concurrency", &problem);
        self.between("jobs.per_minute", config.jobs.per_minute.into(), (1, 1_000_000));
    }

    fn profile(&mut self, config: &Config) {
        let prod = config.profile == Profile::Prod;
        let loopback = config.http.addr.ip().is_loopback();
        let problem =
            "must be a loopback address outside the prod profile, which lets anybody sign in by name";
        self.rule(prod || loopback, "http.addr", problem);
        self.rule(!prod || !config.chaos.enabled, "chaos.enabled", "must not be set in prod");
    }

    /// What is sealed by something else than a key could not be opened after the next start.
    fn sealing(&mut self, config: &Config) {
        let problem = "must be 32 random bytes in base64: openssl rand -base64 32";
        self.rule(config.secrets.has_good_key(), "secrets.key", problem);
        let problem = "must be former keys with commas between, each 32 random bytes in base64";
        self.rule(config.secrets.has_good_old_keys(), "secrets.old_keys", problem);
    }

    /// A provider that is half written down is a sign-in that people look for.
    fn providers(&mut self, config: &Config) {
        for (name, provider) in &config.oauth {
            if let Some((field, problem)) = provider.wrong(name) {
                self.rule(false, &format!("oauth.{name}.{field}"), problem);
            }
            let private = config.has_private_providers() || provider.is_encrypted(name);
            let problem = "has an address without https://, or outgoing.private_providers = true sends secrets in clear";
            self.rule(private, &format!("oauth.{name}"), problem);
        }
    }

    fn secrets(&mut self, config: &Config) {
        let user = !config.objects.access_key.trim().is_empty();
        self.rule(user, "objects.access_key", "must be set in prod: AJET_OBJECTS_ACCESS_KEY");
        let password = !config.db.password.expose_secret().is_empty();
        self.rule(password, "db.password", "must be set in prod: AJET_DB_PASSWORD");
        let secret = !config.objects.secret_key.expose_secret().is_empty();
        self.rule(secret, "objects.secret_key", "must be set in prod: AJET_OBJECTS_SECRET_KEY");
        let problem =
            "must be set in prod: AJET_SECRETS_KEY (openssl rand -base64 32), or AJET_SECRETS_KEY_FILE";
        self.rule(config.has_sealing_key(), "secrets.key", problem);
        let long = [
            ("ops.token", &config.ops.token),
            ("cluster.key", &config.cluster.key),
            ("cluster.previous_key", &config.cluster.previous_key),
        ];
        for (key, secret) in long {
            let problem = "must be empty, or at least 32 random characters: openssl rand -hex 32";
            self.rule(is_strong_or_empty(secret), key, problem);
        }
    }

    /// What travels between machines travels encrypted, or somebody says that it need not.
    fn transport(&mut self, config: &Config) {
        let Config { http, db, nats, objects, .. } = config;
        let https = http.insecure || http.public_url.starts_with("https://");
        let problem = "must start with https:// in prod, or http.insecure = true accepts cookies in clear";
        self.rule(https, "http.public_url", problem);
        let near = db.host.starts_with('/') || is_this_machine(&db.host);
        let problem = "must be verify-full in prod where PostgreSQL is on another host, or db.insecure = true trusts the network";
        self.rule(db.insecure || near || db.tls == Tls::VerifyFull, "db.tls", problem);
        let known = !nats.user.is_empty() && !nats.password.expose_secret().is_empty();
        let problem = "and AJET_NATS_PASSWORD must be set in prod, or nats.insecure = true trusts everybody who reaches NATS";
        self.rule(nats.insecure || known, "nats.user", problem);
        let private = nats.url.split(',').all(|url| url.trim().starts_with("tls://") || is_local(url.trim()));
        let problem = "must start with tls:// in prod where NATS is on another host, or nats.insecure = true trusts the network";
        self.rule(nats.insecure || private, "nats.url", problem);
        let private = objects.endpoint.starts_with("https://") || is_local(&objects.endpoint);
        let problem = "must start with https:// in prod where the store is on another host, or objects.insecure = true trusts the network";
        self.rule(objects.insecure || private, "objects.endpoint", problem);
        let files = &objects.public_endpoint;
        let private = files.is_empty() || files.starts_with("https://") || is_local(files);
        let problem =
            "must start with https:// in prod, or objects.insecure = true sends people's files in clear";
        self.rule(objects.insecure || private, "objects.public_endpoint", problem);
    }
}

/// A secret that is not set, or one that can't be guessed.
fn is_strong_or_empty(secret: &SecretString) -> bool {
    let text = secret.expose_secret();
    let kinds = text.chars().collect::<std::collections::HashSet<_>>().len();
    text.is_empty() || (text.len() >= 32 && kinds >= 8 && !text.contains("change-me"))
}

/// Whether an address names this machine.
fn is_local(address: &str) -> bool {
    let host = url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    is_this_machine(&host.unwrap_or_default())
}

/// Whether a host is this machine. Names other than `localhost` are not looked up: what they lead to may change.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// Whether an address holds a user or a password, which would be shown wherever the address is.
fn names_a_user(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| !url.username().is_empty() || url.password().is_some())
}

fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}
