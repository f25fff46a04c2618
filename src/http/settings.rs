//! What HTTP goes by: the parts of the configuration that requests depend on.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::extract::caller::{COOKIE, DEV_COOKIE};
use super::failures::Failures;
use super::limits::Room;
use super::rates::Rates;
use super::starts::Starts;
use crate::config::{Config, Network};

/// Settings, and what is counted by them.
pub struct Settings {
    /// What operators must show.
    pub ops_token: Option<SecretString>,
    /// Whether that is the development token, which works on this machine only.
    pub dev_ops_token: bool,
    /// The address people use, without a trailing slash.
    pub public_url: String,
    pub node_name: String,
    /// Whether people may sign in by name alone, as far as the configuration allows it.
    pub dev_sign_in: bool,
    pub webhooks: bool,
    /// The name of the cookie that holds a session's token.
    pub cookie: &'static str,
    pub cors_origins: Vec<String>,
    pub trusted_proxies: Vec<Network>,
    pub room: Room,
    pub failures: Failures,
    /// Sign-ins of devices that each address started.
    pub device_starts: Starts,
    /// Sign-ins at providers that each address began.
    pub sign_in_starts: Starts,
    pub rates: Rates,
    pub heartbeat: Duration,
}

impl Settings {
    /// Those of a configuration; `bound` is where the server really listens.
    #[must_use]
    pub fn new(config: &Config, bound: SocketAddr) -> Self {
        let proxies = config.http.trusted_proxies.iter().filter_map(|text| Network::parse(text));
        Self {
            ops_token: config.ops_token(),
            dev_ops_token: config.ops.token.expose_secret().is_empty(),
            public_url: config.public_url(bound),
            node_name: config.node_name(),
            dev_sign_in: config.dev_sign_in(),
            webhooks: config.features.webhooks,
            cookie: if config.has_host_cookie() { COOKIE } else { DEV_COOKIE },
            cors_origins: config.http.cors_origins.clone(),
            trusted_proxies: proxies.collect(),
            room: Room::new(config.http.max_requests, config.http.answer_mib),
            failures: Failures::new(config.limits.failures_per_minute),
            device_starts: Starts::of_devices(&config.limits),
            sign_in_starts: Starts::at_providers(),
            rates: Rates::new(&config.limits),
            heartbeat: Duration::from_secs(config.events.heartbeat_s),
        }
    }
}
