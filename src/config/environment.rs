//! `AJET_*` variables, resolved against the keys there are.
//!
//! An underscore may separate keys or belong to one (`AJET_DB_POOL_SIZE`, `AJET_OAUTH_GITHUB_CLIENT_ID`), so a name is not
//! split but looked up: the known keys, written as variables, are the only readings.
//!
//! A secret may stand in a file instead, which a variable of its name and `_FILE` names (`AJET_DB_PASSWORD_FILE`).

use std::fmt;
use std::fs::File;
use std::io::Read;

use config::{Map, Source, Value};

use super::load::{DEFAULTS, is_secret};

/// The prefix of all our variables.
const PREFIX: &str = "AJET_";
/// What follows a secret's name where the variable names a file that holds it.
const IN_FILE: &str = "_FILE";
/// Bytes of such a file at most.
const SECRET_BYTES: u64 = 64 * 1024;
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
#[derive(Clone)]
pub struct Environment {
    found: Vec<(String, String, String)>,
    /// Variables with our prefix that name nothing.
    pub unknown: Vec<String>,
    /// Secrets that can't be had as the environment says, each with its key and its variable.
    pub unusable: Vec<String>,
}

/// Without the values: some are secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.found.iter().map(|(_, name, _)| name.as_str()).collect();
        f.debug_struct("Environment")
            .field("found", &names)
            .field("unknown", &self.unknown)
            .finish_non_exhaustive()
    }
}

impl Environment {
    /// Reads the variables of an environment.
    pub fn of(variables: impl Iterator<Item = (String, String)>) -> Self {
        let keys = known_keys();
        let mut environment = Self { found: Vec::new(), unknown: Vec::new(), unusable: Vec::new() };
        let mut in_files = Vec::new();
        for (name, value) in variables.filter(|(name, _)| name.starts_with(PREFIX)) {
            if FOREIGN.contains(&name.as_str()) {
                continue;
            }
            match (key_of(&name, &keys), secret_in_file(&name, &keys)) {
                (Some(key), _) => environment.found.push((key, name, value)),
                (None, Some(key)) => in_files.push((key, name, value)),
                (None, None) => environment.unknown.push(name),
            }
        }
        // A variable that is set to nothing, as compose files do, counts as absent.
        for (key, name, path) in in_files.into_iter().filter(|(_, _, path)| !path.is_empty()) {
            environment.take_file(key, name, &path);
        }
        environment.unknown.sort();
        environment
    }

    /// Takes a secret from its file, unless it is also given by its own variable: then it is not clear which of them counts.
    fn take_file(&mut self, key: String, name: String, path: &str) {
        self.found.retain(|(other, _, value)| *other != key || !value.is_empty());
        if let Some((_, other, _)) = self.found.iter().find(|(other, ..)| *other == key) {
            self.unusable.push(format!("{key} is set twice, by {other} and by {name}"));
            return;
        }
        match secret_of(path) {
            Ok(secret) => self.found.push((key, name, secret)),
            Err(problem) => {
                self.unusable.push(format!("{key} can't be had: the file of {name}, {path}, {problem}"))
            }
        }
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

/// The key of the secret that stands in the file which this variable names.
fn secret_in_file(name: &str, keys: &[String]) -> Option<String> {
    key_of(name.strip_suffix(IN_FILE)?, keys).filter(|key| is_secret(key))
}

/// The secret of a file, without the line end that editors put behind it; or what is wrong with the file.
fn secret_of(path: &str) -> Result<String, String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(SECRET_BYTES + 1).read_to_string(&mut text));
    read.map_err(|error| format!("can't be read: {error}"))?;
    if text.len() as u64 > SECRET_BYTES {
        return Err(format!("has more than {SECRET_BYTES} bytes"));
    }
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let secret = line.strip_suffix('\r').unwrap_or(line);
    if secret.is_empty() { Err("is empty".to_owned()) } else { Ok(secret.to_owned()) }
}

/// Every key of the shipped defaults, dotted.
pub(super) fn known_keys() -> Vec<String> {
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
