//! CFG-T1 to CFG-T8.

use std::io::Write;

use secrecy::ExposeSecret;

use super::{ConfigError, Profile, Purpose, Sources, Tls, load, values};

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().expect("temp file");
    file.write_all(text.as_bytes()).expect("writes");
    file
}

fn with_file(text: &str, variables: &[(&str, &str)]) -> Result<super::Config, ConfigError> {
    let file = file(text);
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let sources = Sources {
        file: Some(file.path().to_owned()),
        variables,
        profile: Profile::Dev,
        ..Sources::default()
    };
    load(&sources).map(|(config, _)| config)
}

pub(super) fn with_env(variables: &[(&str, &str)]) -> Result<super::Config, ConfigError> {
    with_file("", variables)
}

#[test]
fn cfg_t1_loads_a_valid_file() {
    let config = with_file("[db]\nhost = \"db.example\"\n", &[]).expect("loads");
    assert_eq!(config.db.host, "db.example");
    assert_eq!(config.profile, Profile::Dev);
}

#[test]
fn cfg_t2_a_missing_file_is_named() {
    let sources = Sources { file: Some("/no/such/file.toml".into()), ..Sources::default() };
    let error = load(&sources).expect_err("missing");
    assert!(error.to_string().contains("/no/such/file.toml"), "{error}");
}

#[test]
fn cfg_t3_environment_overrides() {
    assert_eq!(
        with_file("[db]\nhost = \"a\"", &[("AJET_DB_HOST", "remote")]).expect("loads").db.host,
        "remote"
    );
}

#[test]
fn cfg_t4_numbers_are_coerced() {
    let config = with_env(&[("AJET_DB_PORT", "5433"), ("AJET_DB_MIGRATE", "false")]).expect("loads");
    assert_eq!((config.db.port, config.db.migrate), (5433, false));
}

#[test]
fn cfg_t5_layers_keep_their_siblings() {
    let config = with_file("[db]\nport = 7000", &[]).expect("loads");
    assert_eq!((config.db.port, config.db.user.as_str()), (7000, "ajet"));
}

#[test]
fn cfg_t6_missing_required_key() {
    let error = with_env(&[("AJET_DB_HOST", "")]).expect_err("refused").to_string();
    assert!(error.contains("db.host") && error.contains("AJET_DB_HOST"), "{error}");
}

#[test]
fn cfg_t7_profile_overrides() {
    let text = "[db]\ndbname = \"base\"\n[profiles.test.db]\ndbname = \"ajet_chat_test\"";
    let config = with_file(text, &[("AJET_PROFILE", "test")]).expect("loads");
    assert_eq!((config.profile, config.db.dbname.as_str()), (Profile::Test, "ajet_chat_test"));
    assert_eq!(with_file(text, &[]).expect("loads").db.dbname, "base");
}

#[test]
fn cfg_t8_secrets_do_not_print() {
    let config = with_env(&[("AJET_DB_PASSWORD", "hunter2"), ("AJET_OBJECTS_SECRET_KEY", "swordfish")])
        .expect("loads");
    let text = format!("{config:?}");
    assert!(!text.contains("hunter2") && !text.contains("swordfish"), "{text}");
    let broken = with_env(&[("AJET_DB_PASSWORD", "hunter2"), ("AJET_DB_PORT", "many")]).expect_err("refused");
    assert!(!broken.to_string().contains("hunter2"), "{broken}");
}

#[test]
fn underscores_within_and_between_keys_both_land() {
    let config = with_env(&[
        ("AJET_DB_POOL_SIZE", "17"),
        ("AJET_DB_TLS_CA", "/ca.pem"),
        ("AJET_DB_TLS", "verify-full"),
        ("AJET_HTTP_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7"),
        ("AJET_OAUTH_GITHUB_CLIENT_ID", "abc"),
        ("AJET_OAUTH_GITHUB_CLIENT_SECRET", "s3cret"),
        ("AJET_OAUTH_MY_GITEA_CLIENT_ID", "def"),
        ("AJET_OAUTH_MY_GITEA_CLIENT_SECRET", "s3cret"),
        ("AJET_OAUTH_MY_GITEA_BASE_URL", "https://git.example.org"),
    ])
    .expect("loads");
    assert_eq!(config.db.pool_size, 17);
    assert_eq!((config.db.tls, config.db.tls_ca.as_deref()), (Tls::VerifyFull, Some("/ca.pem".as_ref())));
    assert_eq!(config.http.trusted_proxies, ["10.0.0.0/8", "192.0.2.7"]);
    assert_eq!(config.oauth["github"].client_id.as_deref(), Some("abc"));
    assert!(config.oauth["my_gitea"].client_secret.is_some());
}

#[test]
fn a_wrong_value_is_named_with_its_source() {
    let error = with_env(&[("AJET_DB_PORT", "many")]).expect_err("refused").to_string();
    assert!(error.contains("port") && error.contains("AJET_DB_PORT"), "{error}");
    let unknown = with_file("[db]\nhots = \"x\"", &[]).expect_err("refused").to_string();
    assert!(unknown.contains("hots"), "{unknown}");
}

#[test]
fn values_are_shown_unless_they_are_secrets() {
    let variables = vec![
        ("AJET_HTTP_ADDR".into(), "127.0.0.1:9000".into()),
        ("AJET_DB_PASSWORD".into(), "hunter2".into()),
        ("AJET_OAUTH_GITHUB_CLIENT_SECRET".into(), "hunter3".into()),
    ];
    let sources = Sources { variables, profile: Profile::Dev, ..Sources::default() };
    let shown =
        |keys: &[&str]| values(&sources, &keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>());
    let known = ["http.addr", "http.public_url", "http.drain_s", "dev.data_dir", "db.migrate", "profile"];
    assert_eq!(shown(&known).expect("shown"), ["127.0.0.1:9000", "", "5", ".dev-data", "true", "dev"]);
    for key in ["db.password", "oauth.github.client_secret", "http", "http.trusted_proxies", "http.adr"] {
        let error = shown(&["http.addr", key]).expect_err("not shown").to_string();
        assert!(error.contains(key) && !error.contains("hunter"), "{error}");
    }
}

#[test]
fn unknown_variables_are_reported() {
    let variables = vec![("AJET_DB_HOTS".into(), "x".into())];
    let sources = Sources { variables, profile: Profile::Dev, ..Sources::default() };
    assert_eq!(load(&sources).expect("loads").1, ["AJET_DB_HOTS"]);
}

/// C-M11: a replica to read from can't be configured: in a file it is refused, and as a variable it is reported.
#[test]
fn there_is_no_replica_to_read_from() {
    let error = with_file("[db]\nread_host = \"replica\"", &[]).expect_err("refused").to_string();
    assert!(error.contains("read_host"), "{error}");
    let variables = vec![("AJET_DB_READ_HOST".into(), "replica".into())];
    let sources = Sources { variables, profile: Profile::Dev, ..Sources::default() };
    assert_eq!(load(&sources).expect("loads").1, ["AJET_DB_READ_HOST"]);
}

#[test]
fn origins_are_written_as_browsers_write_them() {
    let with = |origins: &str| with_env(&[("AJET_HTTP_CORS_ORIGINS", origins)]);
    let good = "https://app.example.org,http://127.0.0.1:5173";
    assert_eq!(with(good).expect("loads").http.cors_origins.len(), 2);
    assert!(with("").expect("loads").http.cors_origins.is_empty());
    for bad in [
        "*",
        "https://*.example.org",
        "null",
        "app.example.org",
        "https://app.example.org/",
        "https://app.example.org/path",
        "https://app.example.org:443",
        "https://App.example.org",
        "file:///srv",
    ] {
        let error = with(&format!("https://good.example,{bad}")).expect_err("refused").to_string();
        assert!(error.contains("http.cors_origins") && error.contains(bad), "{bad}: {error}");
    }
}

#[test]
fn limits_allow_something_and_name_tokens_by_their_ids() {
    for bad in [
        "reads_per_minute = 0",
        "guesses_per_minute = 1000001",
        "device_starts_per_minute = 0",
        "device_starts_per_ten_minutes = 0",
        "device_guesses_per_ten_minutes = 0",
        "device_guesses_per_ten_minutes = 101",
        "device_starts_per_ten_minutes = 2500",
        "tokens = { x = 2 }",
    ] {
        let error = with_file(&format!("[limits]\n{bad}"), &[]).expect_err("refused").to_string();
        assert!(error.contains("limits."), "{bad}: {error}");
    }
    let most = "[limits]\ndevice_guesses_per_ten_minutes = 100\ndevice_starts_per_ten_minutes = 2499";
    with_file(most, &[]).expect("loads");
    let token = "0197f000-0000-7000-8000-000000000001";
    let config = with_file(&format!("[limits.tokens]\n\"{token}\" = 10"), &[]).expect("loads");
    assert_eq!(config.limits.tokens.get(token), Some(&10));
    let none = with_file(&format!("[limits.tokens]\n\"{token}\" = 0"), &[]).expect_err("refused").to_string();
    assert!(none.contains("limits.tokens"), "{none}");
}

#[test]
fn sign_in_by_name_needs_loopback() {
    let error = with_env(&[("AJET_HTTP_ADDR", "0.0.0.0:8080")]).expect_err("refused").to_string();
    assert!(error.contains("http.addr") && error.contains("loopback"), "{error}");
    assert!(!with_env(&PROD).expect("loads").dev_sign_in());
}

/// What a node in production must be told.
pub(super) const PROD: [(&str, &str); 11] = [
    ("AJET_PROFILE", "prod"),
    ("AJET_HTTP_ADDR", "0.0.0.0:8080"),
    ("AJET_HTTP_PUBLIC_URL", "https://chat.example.org"),
    ("AJET_DB_PASSWORD", "x"),
    ("AJET_OBJECTS_ACCESS_KEY", "ajet"),
    ("AJET_OBJECTS_SECRET_KEY", "y"),
    ("AJET_OBJECTS_ENDPOINT", "https://objects.example.org"),
    ("AJET_NATS_URL", "tls://nats.example.org"),
    ("AJET_NATS_USER", "ajet"),
    ("AJET_NATS_PASSWORD", "z"),
    ("AJET_SECRETS_KEY", SEALING_KEY),
];

/// 32 bytes in base64.
const SEALING_KEY: &str = "c2VhbGluZy1rZXktb2YtdGVzdHMtMDEyMzQ1Njc4OWE=";

/// `PROD` with one more variable, which counts where it is there twice.
pub(super) fn prod_but(name: &'static str, value: &'static str) -> Result<super::Config, ConfigError> {
    let mut variables: Vec<_> = PROD.into_iter().filter(|(one, _)| *one != name).collect();
    variables.push((name, value));
    with_env(&variables)
}

#[test]
fn a_server_is_in_production_unless_it_is_told_otherwise() {
    let error = load(&Sources::default()).expect_err("refused").to_string();
    for key in ["db.password", "objects.secret_key", "nats.user", "http.public_url", "secrets.key"] {
        assert!(error.contains(key), "{key} in: {error}");
    }
    let tool = load(&Sources { purpose: Purpose::Tool, ..Sources::default() }).expect("a tool needs less").0;
    assert_eq!(tool.profile, Profile::Prod);
}

#[test]
fn production_refuses_what_is_open_unless_it_is_told_so() {
    for (name, value, key) in [
        ("AJET_NATS_USER", "", "nats.user"),
        ("AJET_NATS_PASSWORD", "", "nats.user"),
        ("AJET_NATS_URL", "nats://nats.example.org", "nats.url"),
        ("AJET_NATS_URL", "nats://127.0.0.1:4222,nats://10.0.0.2:4222", "nats.url"),
        ("AJET_HTTP_PUBLIC_URL", "http://chat.example.org", "http.public_url"),
        ("AJET_HTTP_PUBLIC_URL", "", "http.public_url"),
        ("AJET_OBJECTS_ENDPOINT", "http://objects.example.org", "objects.endpoint"),
        ("AJET_OBJECTS_PUBLIC_ENDPOINT", "http://files.example.org", "objects.public_endpoint"),
        ("AJET_DB_HOST", "db.example.org", "db.tls"),
        ("AJET_CHAOS_ENABLED", "true", "chaos.enabled"),
        ("AJET_OPS_TOKEN", "x", "ops.token"),
        ("AJET_OPS_TOKEN", "change-me-change-me-change-me-change-me", "ops.token"),
        ("AJET_OPS_TOKEN", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ops.token"),
        ("AJET_CLUSTER_KEY", "short", "cluster.key"),
        ("AJET_SECRETS_KEY", "", "secrets.key"),
        ("AJET_SECRETS_KEY", "c2hvcnQ=", "secrets.key"),
        ("AJET_SECRETS_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "secrets.key"),
        ("AJET_SECRETS_OLD_KEYS", "c2hvcnQ=", "secrets.old_keys"),
    ] {
        let error = prod_but(name, value).expect_err(value).to_string();
        assert!(error.contains(key) && !error.contains("change-me"), "{key} in: {error}");
    }
    let mut trusting = PROD.to_vec();
    trusting.retain(|(name, _)| !name.starts_with("AJET_NATS") && *name != "AJET_HTTP_PUBLIC_URL");
    trusting.extend([("AJET_NATS_URL", "nats://10.0.0.2"), ("AJET_NATS_INSECURE", "true")]);
    trusting.extend([("AJET_DB_HOST", "10.0.0.3"), ("AJET_DB_INSECURE", "true")]);
    trusting.extend([("AJET_HTTP_INSECURE", "true"), ("AJET_NATS_USER", ""), ("AJET_OPS_TOKEN", "")]);
    with_env(&trusting).expect("told so");
    prod_but("AJET_NATS_URL", "nats://127.0.0.1:4222,nats://[::1]:4222").expect("on this host");
    prod_but("AJET_OBJECTS_PUBLIC_ENDPOINT", "https://files.example.org").expect("by TLS");
}

/// A sealing key of the form that is taken.
const HUNTERS_KEY: &str = "aHVudGVyLWh1bnRlci1odW50ZXItMDEyMzQ1Njc4OWE=";

#[test]
fn no_secret_of_any_kind_is_in_an_error() {
    let secrets = [
        ("AJET_NATS_PASSWORD", "hunter-nats"),
        ("AJET_OPS_TOKEN", "hunter-ops"),
        ("AJET_CLUSTER_KEY", "hunter-key"),
        ("AJET_CLUSTER_PREVIOUS_KEY", "hunter-previous"),
        ("AJET_SECRETS_KEY", HUNTERS_KEY),
        ("AJET_SECRETS_OLD_KEYS", HUNTERS_KEY),
        ("AJET_OAUTH_GITHUB_CLIENT_ID", "abc"),
        ("AJET_OAUTH_GITHUB_CLIENT_SECRET", "hunter-oauth"),
    ];
    let mut variables = secrets.to_vec();
    variables.push(("AJET_DB_PORT", "many"));
    let error = with_env(&variables).expect_err("refused").to_string();
    assert!(!error.contains("hunter") && !error.contains(HUNTERS_KEY), "{error}");
    let config = with_env(&secrets).expect("loads");
    let printed = format!("{config:?}");
    assert!(!printed.contains("hunter") && !printed.contains(HUNTERS_KEY));
    assert_eq!(config.cluster_secrets().len(), 2);
}

/// S-M6d: the cookie is bound to its host in production behind https, and only there.
#[test]
fn the_cookie_is_bound_to_its_host_where_pages_come_over_tls() {
    assert!(with_env(&PROD).expect("loads").has_host_cookie());
    assert!(!with_env(&[]).expect("loads").has_host_cookie());
    let mut clear: Vec<_> = PROD.into_iter().filter(|(name, _)| *name != "AJET_HTTP_PUBLIC_URL").collect();
    clear.extend([("AJET_HTTP_PUBLIC_URL", "http://chat.example.org"), ("AJET_HTTP_INSECURE", "true")]);
    assert!(!with_env(&clear).expect("told so").has_host_cookie());
}

/// S-H5: without a configured key a node in production has one of its own, which no other node knows.
#[test]
fn a_node_in_production_never_uses_the_development_key() {
    let key = |config: &super::Config| config.cluster_secrets()[0].expose_secret().to_owned();
    let (dev, prod) = (with_env(&[]).expect("loads"), with_env(&PROD).expect("loads"));
    assert_eq!(key(&dev), super::DEVELOPMENT_KEY);
    assert!(key(&prod) != super::DEVELOPMENT_KEY && key(&prod) != key(&prod), "another one at each start");
    let given = "0123456789abcdef0123456789abcdef";
    let keyed = prod_but("AJET_CLUSTER_KEY", given).expect("loads");
    assert_eq!((key(&keyed).as_str(), keyed.cluster_secrets().len()), (given, 1));
}

#[test]
fn roles_are_those_that_there_are() {
    assert!(with_env(&[]).expect("loads").does_jobs(), "a node does everything unless told otherwise");
    assert!(!with_env(&[("AJET_NODE_ROLES", "web")]).expect("loads").does_jobs());
    for (roles, problem) in [("web, cook", "\"cook\""), ("jobs", "must hold web"), ("", "must hold web")] {
        let error = with_env(&[("AJET_NODE_ROLES", roles)]).expect_err("refused").to_string();
        assert!(error.contains("node.roles") && error.contains(problem), "{error}");
    }
}

/// Jobs use the connections of the background: with too many at once none would come to its statement in time.
#[test]
fn jobs_at_once_fit_the_connections_that_they_use() {
    let many = ("AJET_JOBS_CONCURRENCY", "3");
    let error = with_env(&[many]).expect_err("fifteen jobs on five connections").to_string();
    assert!(error.contains("jobs.concurrency") && error.contains("db.background_pool_size"), "{error}");
    with_env(&[many, ("AJET_DB_BACKGROUND_POOL_SIZE", "8")]).expect("fifteen jobs on eight");
    with_env(&[many, ("AJET_DB_BACKGROUND_POOL_SIZE", "7")]).expect_err("fifteen jobs on seven connections");
    with_env(&[many, ("AJET_NODE_ROLES", "web")]).expect("a node that does no jobs");
    with_env(&[("AJET_DB_BACKGROUND_POOL_SIZE", "4")]).expect_err("ten jobs on four connections");
}

#[test]
fn private_networks_are_asked_only_where_somebody_says_so() {
    assert!(!with_env(&PROD).expect("loads").outgoing.allow_private);
    assert!(!with_env(&[]).expect("loads").outgoing.allow_private);
    assert!(with_env(&[("AJET_OUTGOING_ALLOW_PRIVATE", "true")]).expect("loads").outgoing.allow_private);
}

#[test]
fn the_key_that_seals_may_stand_in_a_file() {
    let key = |config: &super::Config| *config.sealing_keys().0.expose_secret();
    let named = file(&format!("{SEALING_KEY}\n"));
    let path = named.path().to_str().expect("text");
    let in_file = with_env(&[("AJET_SECRETS_KEY_FILE", path)]).expect("loads");
    assert_eq!(key(&in_file), key(&with_env(&PROD).expect("loads")));
    let both = [("AJET_SECRETS_KEY_FILE", path), ("AJET_SECRETS_KEY", SEALING_KEY)];
    let error = with_env(&both).expect_err("refused").to_string();
    assert!(error.contains("secrets.key_file") && !error.contains(SEALING_KEY), "{error}");
    let error = with_env(&[("AJET_SECRETS_KEY_FILE", "/no/such/key")]).expect_err("refused").to_string();
    assert!(error.contains("/no/such/key"), "{error}");
}

#[test]
fn a_tool_in_production_never_seals_with_the_development_key() {
    let key = |profile| {
        let sources = Sources { profile, purpose: Purpose::Tool, ..Sources::default() };
        let config = load(&sources).expect("loads").0;
        assert!(!config.has_sealing_key());
        *config.sealing_keys().0.expose_secret()
    };
    assert_eq!(key(Profile::Dev), key(Profile::Test));
    assert!(key(Profile::Prod) != key(Profile::Dev) && key(Profile::Prod) != key(Profile::Prod));
    let old = format!("{SEALING_KEY}, {HUNTERS_KEY}");
    assert_eq!(
        with_env(&[("AJET_SECRETS_OLD_KEYS", old.as_str())]).expect("loads").sealing_keys().1.len(),
        2
    );
}

#[test]
fn a_provider_that_is_half_written_down_is_refused() {
    let id = ("AJET_OAUTH_IT_CLIENT_ID", "abc");
    let secret = ("AJET_OAUTH_IT_CLIENT_SECRET", "s3cret");
    let issuer = ("AJET_OAUTH_IT_ISSUER_URL", "https://id.example.org");
    let gitea = ("AJET_OAUTH_IT_BASE_URL", "https://git.example.org");
    for (variables, key) in [
        (&[secret][..], "oauth.it.client_id"),
        (&[id, secret][..], "oauth.it.base_url"),
        (&[id, gitea][..], "oauth.it.client_secret"),
        (&[id, issuer, ("AJET_OAUTH_IT_TYPE", "github")][..], "oauth.it.issuer_url"),
        (&[id, issuer, ("AJET_OAUTH_IT_CLAIMS", "groups")][..], "oauth.it.claims"),
        (&[id, issuer, ("AJET_OAUTH_IT_CLAIMS", "groups=chat, groups=staff")][..], "oauth.it.claims"),
        (&[id, issuer, ("AJET_OAUTH_IT_CLAIMS", "=chat")][..], "oauth.it.claims"),
        (&[id, secret, gitea, ("AJET_OAUTH_IT_ORGANIZATIONS", "crew/../core")][..], "oauth.it.organizations"),
        (&[id, secret, gitea, ("AJET_OAUTH_IT_ORGANIZATIONS", "crew?a")][..], "oauth.it.organizations"),
        (&[id, ("AJET_OAUTH_IT_ISSUER_URL", "http://id.example.org")][..], "private_providers"),
        (&[("AJET_OAUTH_LOGOUT_CLIENT_ID", "abc")][..], "oauth.logout.client_id"),
    ] {
        let error = with_env(variables).expect_err(key).to_string();
        assert!(error.contains(key) && !error.contains("s3cret"), "{key} in: {error}");
    }
    let config =
        with_env(&[id, issuer, ("AJET_OAUTH_IT_CLAIMS", "groups = chat,hd=example.org")]).expect("loads");
    let it = &config.oauth["it"];
    assert_eq!(it.kind("it"), ajet_protocol::ProviderType::Oidc);
    assert_eq!(
        it.claims().into_iter().collect::<Vec<_>>(),
        [("groups", "chat"), ("hd", "example.org")].map(|(one, other)| (one.to_owned(), other.to_owned()))
    );
    let near =
        [id, ("AJET_OAUTH_IT_ISSUER_URL", "http://10.0.0.9"), ("AJET_OUTGOING_PRIVATE_PROVIDERS", "true")];
    assert!(with_env(&near).expect("told so").has_private_providers());
}
