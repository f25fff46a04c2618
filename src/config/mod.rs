//! Configuration: typed, validated once at start, immutable afterwards (CFG-1 to CFG-6).
//!
//! Layers, later ones win: the shipped defaults (`config/default.toml`, which documents every key), a file, the file's
//! table for the profile, the environment. Nothing else in the project reads the environment. Secrets never print.

mod environment;
mod load;
mod network;
mod oauth;
#[cfg(test)]
mod prod_tests;
mod secrets;
#[cfg(test)]
mod tests;
mod validate;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

pub use load::{ConfigError, Purpose, Sources, load, values};
pub use network::Network;
pub use oauth::ConfiguredProvider;
pub use secrets::{SealingKey, Secrets};

/// Which set of rules holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A developer's machine: sign-in by name, on loopback only.
    Dev,
    /// Tests: like dev.
    Test,
    /// Everything else.
    #[default]
    Prod,
}

impl Profile {
    /// The profile's name in a file and in the environment.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Dev => "dev",
            Profile::Test => "test",
            Profile::Prod => "prod",
        }
    }
}

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub profile: Profile,
    pub http: Http,
    pub db: Database,
    pub nats: Nats,
    pub cluster: Cluster,
    pub objects: Objects,
    pub uploads: Uploads,
    pub events: Events,
    pub presence: Presence,
    pub sessions: Sessions,
    pub limits: Limits,
    pub actors: Actors,
    pub node: Node,
    pub jobs: Jobs,
    pub outgoing: Outgoing,
    pub secrets: Secrets,
    pub ops: Ops,
    pub chaos: Chaos,
    pub log: Log,
    pub dev: Dev,
    pub features: Features,
    /// Sign-in providers by name.
    pub oauth: BTreeMap<String, ConfiguredProvider>,
}

/// The HTTP server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub addr: SocketAddr,
    pub public_url: String,
    pub insecure: bool,
    pub trusted_proxies: Vec<String>,
    pub max_connections: usize,
    pub max_connections_per_address: usize,
    pub max_requests: usize,
    pub answer_mib: usize,
    pub write_timeout_s: u64,
    pub header_timeout_s: u64,
    pub drain_s: u64,
    pub spread_s: u64,
    pub cors_origins: Vec<String>,
}

/// PostgreSQL.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub host: String,
    pub port: u16,
    pub dbname: String,
    pub user: String,
    pub password: SecretString,
    pub tls: Tls,
    pub tls_ca: Option<PathBuf>,
    pub insecure: bool,
    pub pool_size: u32,
    pub live_pool_size: u32,
    pub background_pool_size: u32,
    pub search_pool_size: u32,
    pub acquire_timeout_ms: u64,
    pub slow_query_ms: u64,
    pub migrate: bool,
    pub journal_lanes: usize,
}

/// How the way to PostgreSQL is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    Disable,
    /// Where the server offers it.
    Prefer,
    /// Without checking whose server it is.
    Require,
    /// With a certificate for the server's name.
    VerifyFull,
}

/// NATS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nats {
    pub url: String,
    /// Empty: without signing in.
    pub user: String,
    pub password: SecretString,
    pub insecure: bool,
    pub tls_ca: Option<PathBuf>,
    pub replicas: u8,
    pub retention_hours: u64,
}

/// Trust between nodes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Empty: in prod this node serves alone.
    pub key: SecretString,
    /// Accepted beside `key`, while keys are changed.
    pub previous_key: SecretString,
}

/// The object store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objects {
    pub endpoint: String,
    pub public_endpoint: String,
    pub insecure: bool,
    pub region: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: SecretString,
}

/// What people upload.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uploads {
    pub any_type: bool,
    pub image_memory_mib: u32,
    pub image_megapixels: u32,
}

/// Live streams.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    pub retention_hours: u64,
    pub window_mib: usize,
    pub replay_mib: usize,
    pub streams_per_session: usize,
    pub streams_per_person: usize,
    pub heartbeat_s: u64,
}

/// Who is online, and who is typing.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    pub away_s: u64,
    pub diff_s: u64,
    pub typing_s: u64,
}

/// How long people stay signed in.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sessions {
    pub idle_days: u64,
    pub max_days: u64,
    pub per_person: u32,
}

/// What one caller or address may do in a minute, or in what a name says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub failures_per_minute: u32,
    pub reads_per_minute: u32,
    pub writes_per_minute: u32,
    pub uploads_per_minute: u32,
    pub guesses_per_minute: u32,
    pub community_writes_per_minute: u32,
    pub device_starts_per_minute: u32,
    pub device_starts_per_ten_minutes: u32,
    pub device_guesses_per_ten_minutes: u32,
    /// How many times as much API tokens may, by their ids.
    pub tokens: BTreeMap<String, u32>,
}

/// Entities.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actors {
    pub mailbox: usize,
    pub idle_s: u64,
    pub ask_timeout_ms: u64,
}

/// This node.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub name: String,
    pub number: u16,
    pub addr: String,
    pub roles: Vec<String>,
}

/// Queues of jobs that a node works on.
pub const JOB_QUEUES: usize = 5;

/// Slow work.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    pub concurrency: u32,
    pub per_minute: u32,
}

/// Requests of the server's own, to addresses that people name.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    pub allow_private: bool,
    /// The same for sign-in providers alone.
    pub private_providers: bool,
}

/// The operators' surface.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ops {
    pub token: SecretString,
}

/// Faults on demand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chaos {
    pub enabled: bool,
}

/// Logs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: String,
}

/// The development stack: read by `ajet-dev`, not by the server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dev {
    pub data_dir: PathBuf,
}

/// Feature flags: each a typed key, off or on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Features {
    pub webhooks: bool,
}

/// The cluster's key on developers' machines, where NATS listens on loopback and asks for a password.
const DEVELOPMENT_KEY: &str = "development-cluster-key-not-for-production";

impl Config {
    /// Whether people may sign in by name alone.
    #[must_use]
    pub fn dev_sign_in(&self) -> bool {
        self.profile != Profile::Prod && self.http.addr.ip().is_loopback()
    }

    /// Whether session cookies carry the prefix that binds them to this host, and to TLS.
    #[must_use]
    pub fn has_host_cookie(&self) -> bool {
        self.profile == Profile::Prod && self.http.public_url.starts_with("https://")
    }

    /// Whether sign-in providers may be in private networks, at any port, and without TLS.
    #[must_use]
    pub fn has_private_providers(&self) -> bool {
        self.outgoing.allow_private || self.outgoing.private_providers
    }

    /// The address people use, without a trailing slash; `bound` is where the server really listens.
    #[must_use]
    pub fn public_url(&self, bound: SocketAddr) -> String {
        let configured = self.http.public_url.trim_end_matches('/');
        if configured.is_empty() { format!("http://{bound}") } else { configured.to_owned() }
    }

    /// The keys of the cluster: what is said is authenticated by the first, what is heard may be by any.
    #[must_use]
    pub fn cluster_secrets(&self) -> Vec<SecretString> {
        let given = [&self.cluster.key, &self.cluster.previous_key];
        let mut secrets: Vec<_> =
            given.into_iter().filter(|key| !key.expose_secret().is_empty()).cloned().collect();
        if self.cluster.key.expose_secret().is_empty() {
            let own = match self.profile {
                // No other node knows it, so this node accepts none as a peer.
                Profile::Prod => URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()),
                Profile::Dev | Profile::Test => DEVELOPMENT_KEY.to_owned(),
            };
            secrets.insert(0, own.into());
        }
        secrets
    }

    /// What operators must show; `None` where there is no surface for them.
    #[must_use]
    pub fn ops_token(&self) -> Option<SecretString> {
        let token = self.ops.token.expose_secret();
        match (token.is_empty(), self.profile) {
            (false, _) => Some(self.ops.token.clone()),
            (true, Profile::Prod) => None,
            (true, _) => Some(ajet_protocol::ops::DEV_TOKEN.into()),
        }
    }

    /// The node's number: its own, or made from its id.
    #[must_use]
    pub fn node_number(&self, id: uuid::Uuid) -> u16 {
        let made = (id.as_u128() & 0xffff) as u16;
        if self.node.number == 0 { made } else { self.node.number }
    }

    /// Whether this node carries out jobs.
    #[must_use]
    pub fn does_jobs(&self) -> bool {
        self.node.roles.iter().any(|role| role == "jobs")
    }

    /// The node's name.
    #[must_use]
    pub fn node_name(&self) -> String {
        if self.node.name.is_empty() {
            format!("node-{}", self.http.addr.port())
        } else {
            self.node.name.clone()
        }
    }
}
