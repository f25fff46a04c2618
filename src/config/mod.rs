//! Configuration: typed, validated once at start, immutable afterwards (CFG-1 to CFG-6).
//!
//! Layers, later ones win: the shipped defaults (`config/default.toml`, which documents every key), a file, the file's
//! table for the profile, the environment. Nothing else in the project reads the environment. Secrets never print.

mod environment;
mod load;
#[cfg(test)]
mod tests;
mod validate;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

pub use load::{ConfigError, Sources, load};

/// Which set of rules holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A developer's machine: sign-in by name, on loopback only.
    Dev,
    /// Tests: like dev.
    Test,
    /// Everything else.
    Prod,
}

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub profile: Profile,
    pub http: Http,
    pub db: Database,
    pub nats: Nats,
    pub objects: Objects,
    pub events: Events,
    pub actors: Actors,
    pub node: Node,
    pub ops: Ops,
    pub chaos: Chaos,
    pub log: Log,
    pub dev: Dev,
    pub features: Features,
    /// Sign-in providers by name.
    pub oauth: BTreeMap<String, OauthProvider>,
}

/// The front door.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub addr: SocketAddr,
    pub public_url: String,
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
    pub pool_size: u32,
    pub background_pool_size: u32,
    pub acquire_timeout_ms: u64,
    pub slow_query_ms: u64,
    pub migrate: bool,
    pub journal_lanes: usize,
    /// A replica for reads (DB-5).
    pub read_host: Option<String>,
}

/// NATS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nats {
    pub url: String,
    /// Empty: without signing in.
    pub user: String,
    pub password: SecretString,
    pub replicas: u8,
    pub retention_hours: u64,
}

/// The object store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objects {
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: SecretString,
}

/// Live streams.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    pub retention_hours: u64,
    pub queue_frames: usize,
    pub heartbeat_s: u64,
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

/// The development stack.
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

/// A sign-in provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthProvider {
    pub client_id: Option<String>,
    pub client_secret: Option<SecretString>,
    pub base_url: Option<String>,
    pub issuer_url: Option<String>,
}

impl Config {
    /// Whether people may sign in by name alone.
    #[must_use]
    pub fn dev_sign_in(&self) -> bool {
        self.profile != Profile::Prod && self.http.addr.ip().is_loopback()
    }

    /// The address people use, without a trailing slash; `bound` is where the server really listens.
    #[must_use]
    pub fn public_url(&self, bound: SocketAddr) -> String {
        let configured = self.http.public_url.trim_end_matches('/');
        if configured.is_empty() { format!("http://{bound}") } else { configured.to_owned() }
    }

    /// What operators must show; `None` where there is no surface for them.
    #[must_use]
    pub fn ops_token(&self) -> Option<SecretString> {
        let token = self.ops.token.expose_secret();
        match (token.is_empty(), self.profile) {
            (false, _) => Some(self.ops.token.clone()),
            (true, Profile::Prod) => None,
            (true, _) => Some("dev-ops-token".into()),
        }
    }

    /// The node's number: its own, or made from its id.
    #[must_use]
    pub fn node_number(&self, id: uuid::Uuid) -> u16 {
        let made = (id.as_u128() & 0xffff) as u16;
        if self.node.number == 0 { made } else { self.node.number }
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
