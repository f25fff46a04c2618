//! `AJET_*` variables, resolved against the keys there are.
//!
//! An underscore may separate keys or belong to one (`AJET_DB_POOL_SIZE`, `AJET_OAUTH_GITHUB_CLIENT_ID`), so a name is not
//! split but looked up: the known keys, written as variables, are the only readings.

use config::{Map, Source, Value};

use super::load::DEFAULTS;

/// The prefix of all our variables.
const PREFIX: &str = "AJET_";
/// Keys of a sign-in provider, whose name stands between.
const PROVIDER_KEYS: [&str; 8] =
    ["client_id", "client_secret", "base_url", "issuer_url", "type", "label", "organizations", "claims"];
/// Keys that have no default and so do not stand in the shipped file.
const OPTIONAL_KEYS: [&str; 3] = ["db.tls_ca", "nats.tls_ca", "secrets.key_file"];
/// Keys that hold a list; in a variable its parts stand with commas between.
const LISTS: [&str; 3] = ["http.cors_origins", "http.trusted_proxies", "node.roles"];
/// Variables that steer tools around the server, not the server.
const FOREIGN: [&str; 7] = [
    "AJET_CONFIG",
    "AJET_TOOLS_DIR",
    "AJET_E2E_SHOTS",
    "AJET_WRITE_GOLDEN",
    "AJET_WRITE_DOCS",
    "AJET_TOKEN",
    "AJET_CHAT_SERVER",
];

/// The variables of an environment that name a key.
#[derive(Debug, Clone)]
pub struct Environment {
    found: Vec<(String, String, String)>,
    /// Variables with our prefix that name nothing.
    pub unknown: Vec<String>,
}

impl Environment {
    /// Reads the variables of an environment.
    pub fn of(variables: impl Iterator<Item = (String, String)>) -> Self {
        let keys = known_keys();
        let mut environment = Self { found: Vec::new(), unknown: Vec::new() };
        for (name, value) in variables.filter(|(name, _)| name.starts_with(PREFIX)) {
            if FOREIGN.contains(&name.as_str()) {
                continue;
            }
            match key_of(&name, &keys) {
                Some(key) => environment.found.push((key, name, value)),
                None => environment.unknown.push(name),
            }
        }
        environment.unknown.sort();
        environment
    }

    /// The profile that the environment names.
    pub fn profile(&self) -> Option<&str> {
        self.found.iter().find(|(key, ..)| key == "profile").map(|(_, _, value)| value.as_str())
    }
}

fn key_of(name: &str, keys: &[String]) -> Option<String> {
    let wanted = name.strip_prefix(PREFIX)?.to_ascii_lowercase();
    if let Some(key) = keys.iter().find(|key| key.replace('.', "_") == wanted) {
        return Some(key.clone());
    }
    let provider = wanted.strip_prefix("oauth_")?;
    PROVIDER_KEYS.iter().find_map(|key| {
        let name = provider.strip_suffix(key)?.strip_suffix('_')?;
        (!name.is_empty()).then(|| format!("oauth.{name}.{key}"))
    })
}

/// Every key of the shipped defaults, dotted.
fn known_keys() -> Vec<String> {
    let defaults: toml::Table = toml::from_str(DEFAULTS).unwrap_or_default();
    let mut keys: Vec<String> = OPTIONAL_KEYS.map(str::to_owned).to_vec();
    collect("", &defaults, &mut keys);
    keys
}

fn collect(prefix: &str, table: &toml::Table, keys: &mut Vec<String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => collect(&key, inner, keys),
            _ => keys.push(key),
        }
    }
}

impl Source for Environment {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, config::ConfigError> {
        let entry = |(key, name, text): &(String, String, String)| {
            let origin = format!("the environment variable {name}");
            let value = if LISTS.contains(&key.as_str()) {
                let list = text.split(',').map(str::trim).filter(|one| !one.is_empty());
                Value::new(Some(&origin), list.map(str::to_owned).collect::<Vec<_>>())
            } else {
                Value::new(Some(&origin), text.clone())
            };
            (key.clone(), value)
        };
        Ok(self.found.iter().map(entry).collect())
    }
}
