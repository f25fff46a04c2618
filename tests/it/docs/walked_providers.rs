//! The part of the walk that is about sign-in providers.

use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, COOKIE};
use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::browser::Browser;
use crate::support::issuer::{CLIENT, Issuer, SECRET};
use crate::support::requests::{cookie, http};
use crate::support::{NONE, World};

/// Ann owns the system, bob does not.
pub async fn providers(walk: &mut Walk, [ann, bob]: [&str; 2], world: &World) {
    signs_in(walk, ann, world).await;
    let git = json!({
        "type": "gitea", "name": "Gitea", "client_id": "a", "client_secret": "b", "base_url": "https://git.example.org",
        "organizations": ["crew"], "client_mutation_id": "op1"
    });
    let made = walk.go("oauth_providers.create 201", &[], ann, git.clone()).await;
    let again = walk.go("oauth_providers.create 200", &[], ann, git).await;
    assert_eq!((&made["id"], again.get("client_secret")), (&again["id"], None));
    let other = json!({
        "type": "oidc", "name": "gitea", "client_id": "a", "issuer_url": "https://id.example.org",
        "required_claims": { "groups": "chat" }
    });
    walk.go("oauth_providers.create 409", &[], ann, other.clone()).await;
    walk.go("oauth_providers.create 403", &[], bob, other.clone()).await;
    walk.go("oauth_providers.create 401", &[], "", other).await;
    walk.go("oauth_providers.create 422", &[], ann, json!({ "type": "saml" })).await;
    walk.go("oauth_providers.list 200", &["?limit=1"], ann, Value::Null).await;
    walk.go("oauth_providers.list 401", &[], "", Value::Null).await;
    walk.go("oauth_providers.list 403", &[], bob, Value::Null).await;
    walk.go("oauth_providers.list 422", &["?limit=0"], ann, Value::Null).await;
    let id = made["id"].as_str().expect("an id");
    let update = json!({ "enabled": true, "client_secret": "c" });
    walk.go("oauth_providers.update 200", &[id], ann, update.clone()).await;
    walk.go("oauth_providers.update 401", &[id], "", update.clone()).await;
    walk.go("oauth_providers.update 403", &[id], bob, update.clone()).await;
    walk.go("oauth_providers.update 404", &[NONE], ann, update).await;
    walk.go("oauth_providers.update 422", &[id], ann, json!({ "issuer_url": "https://id.example.org" }))
        .await;
    walk.go("auth.providers 200", &[], "", Value::Null).await;
    walk.go("oauth_providers.delete 401", &[id], "", Value::Null).await;
    walk.go("oauth_providers.delete 403", &[id], bob, Value::Null).await;
    walk.go("oauth_providers.delete 204", &[id], ann, Value::Null).await;
    walk.go("oauth_providers.delete 404", &[NONE], ann, Value::Null).await;
}

/// Begins at the issuer and comes back; the first cookie of the last answer.
async fn through(walk: &mut Walk, world: &World, begin: RequestBuilder) -> String {
    let (begun, _) = walk.begun("auth.start 302", begin).await;
    let bound = cookie(&begun).expect("a cookie");
    let address = begun.headers()["location"].to_str().expect("text").to_owned();
    let back = Browser::new(&world.base()).at_provider(&address).await;
    let (page, content) = walk.begun("auth.callback 200", http().get(back).header(COOKIE, bound)).await;
    assert!(content["text/html"].is_object());
    cookie(&page).expect("a cookie")
}

/// Links the account of who sits before the issuer, in a browser that has this session.
async fn links(world: &World, session: &str) {
    let mut browser = Browser::new(&world.base());
    let (name, token) = session.split_once('=').expect("a pair");
    browser.cookies.insert(name.to_owned(), token.to_owned());
    assert_eq!(browser.links("gate").await, 303);
}

/// What browsers are told that are refused.
async fn refused_as_pages(walk: &mut Walk) {
    for (step, at) in [
        ("auth.start 422", ["gate", "?link=maybe"]),
        ("auth.start 404", ["none", ""]),
        ("auth.callback 403", ["gate", "?state=x&code=y"]),
        ("auth.callback 404", ["none", ""]),
        ("auth.callback 422", ["gate", "?code=x&code=y"]),
    ] {
        let id = step.split_once(' ').expect("a status").0;
        let browsed = walk.request(id, &at, "").header(ACCEPT, "text/html");
        let page = walk.answer(step, browsed).await;
        assert!(page.as_str().is_some_and(|page| page.contains("<html")), "{step}: {page}");
    }
}

/// Somebody signs in at an issuer, links another account there, and unlinks one; the issuer ends a session.
async fn signs_in(walk: &mut Walk, ann: &str, world: &World) {
    let issuer = Issuer::new().await;
    let gate = json!({
        "type": "oidc", "name": "Gate", "client_id": CLIENT, "client_secret": SECRET, "issuer_url": issuer.url
    });
    walk.go("oauth_providers.create 201", &[], ann, gate).await;
    walk.go("settings.update 200", &[], ann, json!({ "sign_up": "open" })).await;
    let start = |query: &str| http().get(format!("{}/auth/gate/start{query}", world.base()));
    issuer.seats(json!({ "sub": "1", "preferred_username": "gwen" }));
    let session = through(walk, world, start("")).await;
    let token = session.split_once('=').expect("a pair").1;
    walk.begun("auth.start 303", start("?link=true")).await;
    let (_, content) = walk.begun("auth.start 200", start("").header(COOKIE, &session)).await;
    assert!(content["text/html"].is_object());
    walk.answer("auth.start 422", start("?return_to=//evil.example")).await;
    walk.go("auth.start 404", &["none"], "", Value::Null).await;
    walk.go("auth.callback 403", &["gate", "?state=x&code=y"], "", Value::Null).await;
    walk.go("auth.callback 422", &["gate", "?state=x&state=y"], "", Value::Null).await;
    refused_as_pages(walk).await;
    let listed = walk.go("accounts.list 200", &[], token, Value::Null).await;
    walk.go("accounts.list 401", &[], "", Value::Null).await;
    walk.go("accounts.list 422", &["?limit=0"], token, Value::Null).await;
    let id = listed["items"][0]["id"].as_str().expect("an id");
    walk.go("accounts.unlink 409", &[id], token, Value::Null).await;
    issuer.seats(json!({ "sub": "2", "preferred_username": "gwendolyn" }));
    links(world, &session).await;
    walk.go("accounts.unlink 401", &[id], "", Value::Null).await;
    walk.go("accounts.unlink 204", &[id], token, Value::Null).await;
    walk.go("accounts.unlink 404", &[NONE], token, Value::Null).await;
    let logout = walk.request("auth.provider_logout", &["gate"], "");
    let said = [("logout_token", issuer.logout_token(&[("sub", json!("2"))]))];
    walk.answer("auth.provider_logout 204", logout.form(&said)).await;
    for (status, name) in [(400, "logout_token"), (422, "token")] {
        let logout = walk.request("auth.provider_logout", &["gate"], "").form(&[(name, "x")]);
        walk.answer(&format!("auth.provider_logout {status}"), logout).await;
    }
    walk.go("auth.provider_logout 415", &["gate"], "", json!({ "logout_token": "x" })).await;
}
