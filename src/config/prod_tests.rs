//! What production refuses unless it is told so, setting by setting; and secrets: where they come from, and that none is shown.

use std::io::Write;

use secrecy::ExposeSecret;

use super::environment::{Environment, known_keys};
use super::load::is_secret;
use super::tests::{PROD, prod_but, with_env};
use super::{Config, ConfigError, Profile, Sources, load};

/// Production with these variables in place of its own.
fn prod_with(changed: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let kept = PROD.into_iter().filter(|(name, _)| changed.iter().all(|(other, _)| other != name));
    with_env(&kept.chain(changed.iter().copied()).collect::<Vec<_>>())
}

/// Refused by this key, and accepted where somebody says that it is meant so.
fn refused_unless(told: &'static str, key: &str, changed: &[(&str, &str)]) {
    let error = prod_with(changed).expect_err(key).to_string();
    let told_key = told.trim_start_matches("AJET_").to_ascii_lowercase().replacen('_', ".", 1);
    assert!(error.contains(&format!("{key} ")) && error.contains(&told_key), "{key}: {error}");
    let mut all = changed.to_vec();
    all.push((told, "true"));
    prod_with(&all).expect("told so");
}

#[test]
fn postgresql_on_another_host_is_reached_by_checked_tls() {
    for tls in ["disable", "prefer", "require"] {
        for host in ["10.0.0.3", "db.example.org", "2001:db8::1", "localhost.example.org"] {
            refused_unless("AJET_DB_INSECURE", "db.tls", &[("AJET_DB_HOST", host), ("AJET_DB_TLS", tls)]);
        }
        for near in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "/run/postgresql"] {
            prod_with(&[("AJET_DB_HOST", near), ("AJET_DB_TLS", tls)]).expect("on this machine");
        }
    }
    prod_with(&[("AJET_DB_HOST", "db.example.org"), ("AJET_DB_TLS", "verify-full")]).expect("checked");
}

#[test]
fn nats_on_another_host_is_reached_by_tls() {
    for url in [
        "nats://nats.example.org",
        "nats://10.0.0.2:4222",
        "nats://[2001:db8::1]:4222",
        "nats://127.0.0.1:4222, nats://10.0.0.2:4222",
        "tls://nats.example.org,nats://10.0.0.2",
        "nats://localhost.example.org",
    ] {
        refused_unless("AJET_NATS_INSECURE", "nats.url", &[("AJET_NATS_URL", url)]);
    }
    for good in ["tls://nats.example.org", "nats://localhost", "nats://127.0.0.1:4222,nats://[::1]:4222"] {
        prod_with(&[("AJET_NATS_URL", good)]).expect(good);
    }
}

#[test]
fn nats_asks_who_we_are() {
    for lacking in ["AJET_NATS_USER", "AJET_NATS_PASSWORD"] {
        refused_unless("AJET_NATS_INSECURE", "nats.user", &[(lacking, "")]);
    }
}

#[test]
fn objects_on_another_host_are_reached_by_tls() {
    for address in ["http://objects.example.org", "http://10.0.0.4:9000", "http://localhost.example.org"] {
        refused_unless("AJET_OBJECTS_INSECURE", "objects.endpoint", &[("AJET_OBJECTS_ENDPOINT", address)]);
        let files = [("AJET_OBJECTS_PUBLIC_ENDPOINT", address)];
        refused_unless("AJET_OBJECTS_INSECURE", "objects.public_endpoint", &files);
    }
    prod_with(&[("AJET_OBJECTS_ENDPOINT", "http://127.0.0.1:9000")]).expect("on this machine");
}

#[test]
fn pages_are_reached_by_tls() {
    let clear = [("AJET_HTTP_PUBLIC_URL", "http://chat.example.org")];
    refused_unless("AJET_HTTP_INSECURE", "http.public_url", &clear);
}

/// Nothing makes up for these: an open switch would be used once and forgotten.
#[test]
fn what_proves_who_we_are_is_always_there() {
    for (name, key) in [
        ("AJET_DB_PASSWORD", "db.password"),
        ("AJET_OBJECTS_ACCESS_KEY", "objects.access_key"),
        ("AJET_OBJECTS_SECRET_KEY", "objects.secret_key"),
    ] {
        let error = prod_but(name, "").expect_err(key).to_string();
        assert!(error.contains(&format!("{key} must be set in prod: {name}")), "{error}");
    }
}

#[test]
fn every_address_of_several_is_one_and_none_holds_a_password() {
    for (name, value, key) in [
        ("AJET_NATS_URL", "tls://a.example.org,ws://b.example.org", "nats.url"),
        ("AJET_NATS_URL", "tls://a.example.org,b.example.org", "nats.url"),
        ("AJET_NATS_URL", "tls://ajet:hunter2@a.example.org", "nats.url"),
        ("AJET_OBJECTS_ENDPOINT", "https://ajet:hunter2@objects.example.org", "objects.endpoint"),
        ("AJET_OBJECTS_PUBLIC_ENDPOINT", "https://hunter2@files.example.org", "objects.public_endpoint"),
    ] {
        let error = prod_but(name, value).expect_err(value).to_string();
        assert!(error.contains(key) && !error.contains("hunter2"), "{error}");
    }
}

/// Every secret that there is.
const SECRETS: [(&str, &str); 7] = [
    ("AJET_DB_PASSWORD", "db.password"),
    ("AJET_NATS_PASSWORD", "nats.password"),
    ("AJET_OBJECTS_SECRET_KEY", "objects.secret_key"),
    ("AJET_OPS_TOKEN", "ops.token"),
    ("AJET_CLUSTER_KEY", "cluster.key"),
    ("AJET_CLUSTER_PREVIOUS_KEY", "cluster.previous_key"),
    ("AJET_OAUTH_GITHUB_CLIENT_SECRET", "oauth.github.client_secret"),
];

/// What a provider needs beside its secret.
const CLIENT_ID: (&str, &str) = ("AJET_OAUTH_GITHUB_CLIENT_ID", "id");

/// What is called like a secret is treated as one.
#[test]
fn no_secret_is_forgotten() {
    for (_, key) in SECRETS {
        assert!(is_secret(key), "{key}");
    }
    let is_called_so = |key: &&String| {
        let name = key.rsplit('.').next().unwrap_or_default();
        ["password", "secret", "token", "key"].iter().any(|end| name.ends_with(end))
    };
    for key in known_keys().iter().filter(is_called_so) {
        // Whose key it is, as a user's name is.
        assert!(is_secret(key) || key == "objects.access_key", "{key}");
    }
}

#[test]
fn no_secret_is_in_what_is_printed() {
    let canary = "canary-9f3b7c1d5e8a2046-canary-9f3b7c1d";
    let mut variables: Vec<_> =
        SECRETS.map(|(name, _)| (name.to_owned(), canary.to_owned())).into_iter().collect();
    variables.push((CLIENT_ID.0.to_owned(), CLIENT_ID.1.to_owned()));
    let sources = Sources { variables: variables.clone(), profile: Profile::Dev, ..Sources::default() };
    let config = load(&sources).expect("loads").0;
    let environment = Environment::of(variables.into_iter());
    for text in
        [format!("{config:?}"), format!("{config:#?}"), format!("{sources:?}"), format!("{environment:?}")]
    {
        assert!(!text.contains("canary") && !text.is_empty(), "{text}");
    }
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("temp file");
    file.write_all(text.as_bytes()).expect("writes");
    file
}

#[test]
fn secrets_are_taken_from_files() {
    for (name, key) in SECRETS {
        for end in ["", "\n", "\r\n"] {
            let file = file(&format!(" 0123456789abcdef0123456789abcdef{end}"));
            let in_file = format!("{name}_FILE");
            let path = file.path().to_str().expect("text");
            let given = [(in_file.as_str(), path), (name, ""), CLIENT_ID];
            let needed = if key.starts_with("oauth.") { 3 } else { 2 };
            let config = with_env(&given[..needed]).expect(key);
            let secret = match key {
                "db.password" => &config.db.password,
                "nats.password" => &config.nats.password,
                "objects.secret_key" => &config.objects.secret_key,
                "ops.token" => &config.ops.token,
                "cluster.key" => &config.cluster.key,
                "cluster.previous_key" => &config.cluster.previous_key,
                _ => config.oauth["github"].client_secret.as_ref().expect("a secret"),
            };
            assert_eq!(secret.expose_secret(), " 0123456789abcdef0123456789abcdef", "{key}");
        }
    }
    let unset = with_env(&[("AJET_DB_PASSWORD_FILE", ""), ("AJET_DB_PASSWORD", "x")]).expect("loads");
    assert_eq!(unset.db.password.expose_secret(), "x");
}

#[test]
fn a_secret_that_can_not_be_had_stops_the_start_and_is_not_shown() {
    let (full, empty, long) = (file("hunter2"), file("\n"), file(&"x".repeat(65 * 1024)));
    let path = |file: &tempfile::NamedTempFile| file.path().to_str().expect("text").to_owned();
    for (given, problem) in [
        (vec![("AJET_NATS_PASSWORD_FILE", "/no/such/file".to_owned())], "can't be read"),
        (vec![("AJET_NATS_PASSWORD_FILE", path(&empty))], "is empty"),
        (vec![("AJET_NATS_PASSWORD_FILE", path(&long))], "bytes"),
        (
            vec![("AJET_NATS_PASSWORD_FILE", path(&full)), ("AJET_NATS_PASSWORD", "hunter3".to_owned())],
            "set twice",
        ),
    ] {
        let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let error = with_env(&given).expect_err(problem).to_string();
        assert!(error.contains("nats.password") && error.contains("AJET_NATS_PASSWORD_FILE"), "{error}");
        assert!(error.contains(problem) && !error.contains("hunter"), "{error}");
    }
}

/// A file is a way to hand a secret over, not to set other keys.
#[test]
fn other_keys_are_in_no_files() {
    let file = file("127.0.0.1");
    let variables = vec![("AJET_DB_HOST_FILE".to_owned(), file.path().to_str().expect("text").to_owned())];
    let sources = Sources { variables, profile: Profile::Dev, ..Sources::default() };
    assert_eq!(load(&sources).expect("loads").1, ["AJET_DB_HOST_FILE"]);
}
