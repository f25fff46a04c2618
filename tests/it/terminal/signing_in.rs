//! Signing in, and where the token is then.

use std::path::Path;

use ajet_cli::{Surroundings, Variables};

use super::ran::{Written, in_variables, words};
use crate::support::requests::{http, status};
use crate::support::{World, eventually, sessions_of};

fn home_of(folder: &Path) -> Vec<(String, String)> {
    vec![("HOME".into(), folder.display().to_string()), ("AJET_CHAT_CREDENTIALS".into(), "file".into())]
}

fn kept(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap_or_default()
}

const SETTINGS: &str = ".config/ajet-chat/config.toml";
const CREDENTIALS: &str = ".local/share/ajet-chat/credentials.toml";

#[tokio::test]
async fn a_token_that_is_piped_in_is_kept_out_of_the_settings() {
    let world = World::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let token = world.bob.token().expect("a token").to_owned();
    let home = || home_of(folder.path());
    let login = in_variables(home(), &["login", &world.base(), "--token-stdin"], &format!("{token}\n")).await;
    assert!(!login.out.contains(&token) && !login.err.contains(&token), "{login:?}");
    login.done();
    assert!(kept(folder.path(), SETTINGS).contains(&world.base()));
    assert!(!kept(folder.path(), SETTINGS).contains(&token));
    assert!(kept(folder.path(), CREDENTIALS).contains(&token));
    let who = in_variables(home(), &["whoami", "--template", "{{.username}}"], "").await;
    assert_eq!(who.done(), "bob\n");
    in_variables(home(), &["logout"], "").await.done();
    assert!(!kept(folder.path(), CREDENTIALS).contains(&token));
    assert_eq!(in_variables(home(), &["whoami"], "").await.code, 3);
    assert_eq!(sessions_of(&world, "bob").await, 0);
    world.end().await;
}

#[tokio::test]
async fn a_sign_in_waits_until_it_is_approved() {
    let world = World::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (out, err) = (Written::default(), Written::default());
    let variables: Variables = home_of(folder.path()).into_iter().collect();
    let around = Surroundings::piped(variables, "", out.clone(), err.clone());
    let base = world.base();
    let login = ajet_cli::run(words(&["login", &base, "--json"]), around);
    let approving = async {
        eventually("a code is shown", async || err.text().contains("type ")).await;
        let told = err.text();
        let code = told
            .split("type ")
            .nth(1)
            .and_then(|rest| rest.lines().next())
            .expect("a code")
            .trim()
            .to_owned();
        let form = [("user_code", code.as_str()), ("decision", "approve")];
        let token = world.bob.token().expect("a token");
        let decided = http().post(format!("{base}/auth/device/decision")).form(&form).bearer_auth(token);
        assert_eq!(status(decided).await, 200);
    };
    let (code, ()) = tokio::join!(login, approving);
    assert_eq!(code, 0, "{}", err.text());
    let me: serde_json::Value = serde_json::from_str(&out.text()).expect("JSON");
    assert_eq!(me["username"], "bob");
    world.end().await;
}

#[tokio::test]
async fn a_token_goes_to_no_other_server() {
    let world = World::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let home = || home_of(folder.path());
    let login = in_variables(home(), &["login", &world.base(), "--dev", "bob"], "").await;
    login.done();
    let elsewhere = in_variables(home(), &["--server", "http://127.0.0.1:1", "whoami"], "").await;
    assert_eq!(elsewhere.code, 3, "there is no token for it: {}", elsewhere.err);
    world.end().await;
}

#[tokio::test]
async fn a_profile_that_signs_in_elsewhere_keeps_no_token_of_before() {
    let (world, other) = (World::new().await, World::new().await);
    let folder = tempfile::tempdir().expect("a folder");
    let home = || home_of(folder.path());
    for server in [&world, &other] {
        in_variables(home(), &["--profile", "mine", "login", &server.base(), "--dev", "bob"], "")
            .await
            .done();
    }
    let tokens = kept(folder.path(), CREDENTIALS);
    assert!(tokens.contains(&other.base()) && !tokens.contains(&world.base()), "one token is kept");
    world.end().await;
    other.end().await;
}

/// Whom one signs in at gets the new token alone, and another profile.
#[tokio::test]
async fn a_further_server_is_a_profile_of_its_own() {
    let (world, other) = (World::new().await, World::new().await);
    let folder = tempfile::tempdir().expect("a folder");
    let home = || home_of(folder.path());
    in_variables(home(), &["login", &world.base(), "--dev", "bob"], "").await.done();
    in_variables(home(), &["--profile", "second", "login", &other.base(), "--dev", "ann"], "").await.done();
    for (profile, name) in [("default", "bob"), ("second", "ann")] {
        let line = ["--profile", profile, "whoami", "--template", "{{.username}}"];
        assert_eq!(in_variables(home(), &line, "").await.done().trim(), name);
    }
    let list =
        in_variables(home(), &["profile", "list", "--template", "{{.name}} {{.server}} {{.current}}"], "")
            .await;
    let expected = format!("default {} false\nsecond {} true\n", world.base(), other.base());
    assert_eq!(list.done(), expected);
    let json = async |line: &[&str]| in_variables(home(), &[line, &["--json"]].concat(), "").await.json();
    let done = serde_json::json!({ "ok": true });
    assert_eq!(json(&["profile", "use", "default"]).await, done);
    assert_eq!(json(&["profile", "community", "ferris"]).await, done);
    assert_eq!(json(&["profile", "remove", "second"]).await, done);
    let one = serde_json::json!({ "name": "default", "server": world.base(), "username": "bob", "community": "ferris", "current": true });
    let all = serde_json::json!({ "items": [one], "has_more": false });
    assert_eq!(json(&["profile", "list"]).await, all);
    assert_eq!(json(&["logout"]).await, done);
    world.end().await;
    other.end().await;
}
