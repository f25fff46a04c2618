//! CFG-T1 to CFG-T8.

use std::io::Write;

use super::{ConfigError, Profile, Sources, load};

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().expect("temp file");
    file.write_all(text.as_bytes()).expect("writes");
    file
}

fn with_file(text: &str, variables: &[(&str, &str)]) -> Result<super::Config, ConfigError> {
    let file = file(text);
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    load(&Sources { file: Some(file.path().to_owned()), variables }).map(|(config, _)| config)
}

fn with_env(variables: &[(&str, &str)]) -> Result<super::Config, ConfigError> {
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
    let error =
        load(&Sources { file: Some("/no/such/file.toml".into()), variables: vec![] }).expect_err("missing");
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
        ("AJET_DB_READ_HOST", "replica"),
        ("AJET_OAUTH_GITHUB_CLIENT_ID", "abc"),
        ("AJET_OAUTH_MY_GITEA_CLIENT_SECRET", "s3cret"),
    ])
    .expect("loads");
    assert_eq!(config.db.pool_size, 17);
    assert_eq!(config.db.read_host.as_deref(), Some("replica"));
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
fn unknown_variables_are_reported() {
    let sources = Sources { file: None, variables: vec![("AJET_DB_HOTS".into(), "x".into())] };
    assert_eq!(load(&sources).expect("loads").1, ["AJET_DB_HOTS"]);
}

#[test]
fn sign_in_by_name_needs_loopback() {
    let error = with_env(&[("AJET_HTTP_ADDR", "0.0.0.0:8080")]).expect_err("refused").to_string();
    assert!(error.contains("http.addr") && error.contains("loopback"), "{error}");
    let prod = [
        ("AJET_PROFILE", "prod"),
        ("AJET_HTTP_ADDR", "0.0.0.0:8080"),
        ("AJET_DB_PASSWORD", "x"),
        ("AJET_OBJECTS_SECRET_KEY", "y"),
    ];
    assert!(!with_env(&prod).expect("loads").dev_sign_in());
    assert!(with_env(&prod[..2]).is_err(), "prod needs its secrets");
}
