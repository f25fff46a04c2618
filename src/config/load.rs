//! Layers put together, and errors that say which key, what is wrong, and where the value came from.

use std::fmt;
use std::path::PathBuf;

use config::{File, FileFormat, Value, ValueKind};

use super::environment::Environment;
use super::validate;
use super::{Config, Profile};

/// The shipped defaults, which document every key.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");
/// Read when it is there and no other file is named.
const USUAL_FILE: &str = "config/ajet-chat.toml";

/// Where configuration comes from.
#[derive(Clone, Default)]
pub struct Sources {
    /// A file that must be there.
    pub file: Option<PathBuf>,
    /// The environment's variables.
    pub variables: Vec<(String, String)>,
    /// The profile where neither file nor environment names one.
    pub profile: Profile,
    /// What the configuration is for: a tool needs less of it than a server.
    pub purpose: Purpose,
}

/// Without the values of variables: some are secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.variables.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Sources")
            .field("file", &self.file)
            .field("variables", &names)
            .field("profile", &self.profile)
            .field("purpose", &self.purpose)
            .finish()
    }
}

/// What a configuration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// A server: every rule holds.
    #[default]
    Serve,
    /// Changing the schema or looking at it: the rules for what is served do not matter.
    Tool,
}

impl Sources {
    /// This process's environment, and the file it names.
    #[must_use]
    pub fn of_process(profile: Profile, purpose: Purpose) -> Self {
        let variables: Vec<_> = std::env::vars().filter(|(name, _)| name.starts_with("AJET_")).collect();
        let named =
            variables.iter().find(|(name, _)| name == "AJET_CONFIG").map(|(_, path)| PathBuf::from(path));
        let usual = PathBuf::from(USUAL_FILE);
        Self { file: named.or_else(|| usual.is_file().then_some(usual)), variables, profile, purpose }
    }
}

/// A configuration that can't be used. Every message names the key and the source; none shows a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or can't be read.
    #[error("configuration file {path}: {reason}")]
    File { path: PathBuf, reason: String },
    /// A value has the wrong form.
    #[error("configuration: {0}")]
    Form(String),
    /// Values that break a rule, each with its key.
    #[error("configuration: {}", .0.join("; "))]
    Rules(Vec<String>),
    /// A key that has no value to show: it does not exist, is a table or a list, or holds a secret.
    #[error("configuration: {0} has no single value to show, or is a secret")]
    NotShown(String),
}

/// Loads and validates. Returns the variables with our prefix that name no key, for a warning.
///
/// # Errors
/// [`ConfigError`] with everything that is wrong.
pub fn load(sources: &Sources) -> Result<(Config, Vec<String>), ConfigError> {
    let environment = Environment::of(sources.variables.iter().cloned());
    if !environment.unusable.is_empty() {
        return Err(ConfigError::Rules(environment.unusable));
    }
    let merged = merge(sources, &environment)?;
    let cache = merged.cache.clone();
    let mut config: Config =
        merged.try_deserialize().map_err(|error| ConfigError::Form(without_secrets(&error, &cache)))?;
    config.secrets.read_file()?;
    let broken = validate::broken_rules(&config, sources.purpose, &|key| origin_of(&cache, key));
    if broken.is_empty() { Ok((config, environment.unknown)) } else { Err(ConfigError::Rules(broken)) }
}

/// The values of some keys in their order, for a program that starts servers: `ajet-chatd config get`.
///
/// # Errors
/// [`ConfigError::NotShown`] names a key without a value that may be shown.
pub fn values(sources: &Sources, keys: &[String]) -> Result<Vec<String>, ConfigError> {
    let environment = Environment::of(sources.variables.iter().cloned());
    let cache = merge(sources, &environment)?.cache;
    let secrets = secret_keys(&cache);
    let value = |key: &String| {
        let found = find(&cache, key).filter(|_| !secrets.contains(key));
        let text = found.and_then(|value| value.clone().into_string().ok());
        text.ok_or_else(|| ConfigError::NotShown(key.clone()))
    };
    keys.iter().map(value).collect()
}

/// All layers as one.
fn merge(sources: &Sources, environment: &Environment) -> Result<config::Config, ConfigError> {
    let profile = format!("profile = \"{}\"", sources.profile.as_str());
    let mut builder = config::Config::builder()
        .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
        .add_source(File::from_str(&profile, FileFormat::Toml));
    if let Some(path) = &sources.file {
        for layer in file_layers(path, environment.profile(), sources.profile)? {
            builder = builder.add_source(layer);
        }
    }
    builder.add_source(environment.clone()).build().map_err(|error| ConfigError::Form(error.to_string()))
}

type Layer = File<config::FileSourceString, FileFormat>;

/// A file's own keys, then its table for the profile.
fn file_layers(path: &PathBuf, named: Option<&str>, usual: Profile) -> Result<Vec<Layer>, ConfigError> {
    let fail = |reason: String| ConfigError::File { path: path.clone(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    let mut table: toml::Table = toml::from_str(&text).map_err(|error| fail(error.message().to_owned()))?;
    let profiles = table.remove("profiles");
    let in_file = table.get("profile").and_then(toml::Value::as_str);
    let chosen = named.or(in_file).unwrap_or(usual.as_str()).to_owned();
    let overrides =
        profiles.as_ref().and_then(|all| all.get(&chosen)).and_then(toml::Value::as_table).cloned();
    let layers = [Some(table), overrides].into_iter().flatten();
    Ok(layers.map(|layer| File::from_str(&layer.to_string(), FileFormat::Toml)).collect())
}

/// The loader's message names key and source, but may show the value: a secret's is taken out.
fn without_secrets(error: &config::ConfigError, cache: &Value) -> String {
    let mut text = error.to_string();
    for key in secret_keys(cache) {
        if let Some(secret) = find(cache, &key).and_then(|value| value.clone().into_string().ok())
            && !secret.is_empty()
        {
            text = text.replace(&secret, "[REDACTED]");
        }
    }
    text
}

/// Every key that holds a secret.
fn secret_keys(cache: &Value) -> Vec<String> {
    let mut keys: Vec<_> = SECRETS.map(str::to_owned).to_vec();
    if let Some(ValueKind::Table(providers)) = find(cache, "oauth").map(|value| &value.kind) {
        keys.extend(providers.keys().map(|name| format!("oauth.{name}.client_secret")));
    }
    keys
}

/// Whether a key holds a secret.
pub(super) fn is_secret(key: &str) -> bool {
    SECRETS.contains(&key) || (key.starts_with("oauth.") && key.ends_with(".client_secret"))
}

/// Keys that hold a secret, but for those of sign-in providers.
const SECRETS: [&str; 8] = [
    "db.password",
    "nats.password",
    "objects.secret_key",
    "ops.token",
    "cluster.key",
    "cluster.previous_key",
    "secrets.key",
    "secrets.old_keys",
];

fn origin_of(cache: &Value, key: &str) -> String {
    find(cache, key).and_then(Value::origin).map_or_else(|| "the defaults".to_owned(), str::to_owned)
}

fn find<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    key.split('.').try_fold(value, |value, part| match &value.kind {
        ValueKind::Table(table) => table.get(part),
        _ => None,
    })
}
