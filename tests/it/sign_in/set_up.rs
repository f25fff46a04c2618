//! Worlds with providers.

use std::collections::BTreeMap;

use ajet_chatd::config::ConfiguredProvider;
use ajet_client::Client;
use ajet_protocol::{CreateOauthProvider, Me, OauthProviderId, ProviderType, UpdateOauthProvider};
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::browser::Browser;
use crate::support::forge::{self, Forge};
use crate::support::issuer::{self, Issuer};

/// An issuer as a configuration names it.
pub fn oidc(issuer: &Issuer) -> ConfiguredProvider {
    ConfiguredProvider {
        client_id: Some(issuer::CLIENT.into()),
        client_secret: Some(issuer::SECRET.to_owned().into()),
        issuer_url: Some(issuer.url.clone()),
        ..ConfiguredProvider::default()
    }
}

/// A world with two issuers, `it` and `other`.
pub async fn world_of_two() -> (World, Issuer, Issuer) {
    let (issuer, other) = (Issuer::new().await, Issuer::new().await);
    let (one, two) = (oidc(&issuer), oidc(&other));
    let world = World::with(|config| {
        config.oauth.insert("it".into(), one);
        config.oauth.insert("other".into(), two);
    })
    .await;
    (world, issuer, other)
}

/// An issuer as the system owner adds it.
pub fn added(issuer: &Issuer, name: &str) -> CreateOauthProvider {
    CreateOauthProvider {
        kind: ProviderType::Oidc,
        name: name.into(),
        client_id: issuer::CLIENT.into(),
        client_secret: Some(issuer::SECRET.into()),
        base_url: None,
        issuer_url: Some(issuer.url.clone()),
        enabled: None,
        organizations: Vec::new(),
        required_claims: BTreeMap::new(),
        client_mutation_id: None,
    }
}

/// Has no one sign in at a provider any more.
pub async fn disable(world: &World, id: OauthProviderId) {
    let update = UpdateOauthProvider { enabled: Some(false), ..UpdateOauthProvider::default() };
    world.ann.update_oauth_provider(id, &update).await.expect("changes");
}

/// A forge as a configuration names it.
pub fn forge(kind: ProviderType, forge: &Forge) -> ConfiguredProvider {
    ConfiguredProvider {
        kind: Some(kind),
        client_id: Some(forge::CLIENT.into()),
        client_secret: Some(forge::SECRET.to_owned().into()),
        base_url: Some(format!("{}/", forge.url)),
        ..ConfiguredProvider::default()
    }
}

/// A world where people sign in at this issuer, under the name `it`.
pub async fn world_of(issuer: &Issuer) -> World {
    let provider = oidc(issuer);
    World::with(|config| drop(config.oauth.insert("it".into(), provider))).await
}

/// Somebody at an issuer.
pub fn person(sub: &str) -> Value {
    json!({ "sub": sub, "preferred_username": sub, "name": format!("{sub} of the issuer") })
}

/// A browser that was never here.
pub fn browser(world: &World) -> Browser {
    Browser::new(&world.base())
}

/// The client of a browser's session.
pub fn client(world: &World, browser: &Browser) -> Client {
    world.nobody.with_token(browser.token().expect("is signed in"))
}

/// Who a browser is signed in as.
pub async fn me(world: &World, browser: &Browser) -> Me {
    client(world, browser).me().await.expect("is signed in")
}

/// Signs somebody in whom an issuer has before it; who that is here.
pub async fn signed_in(world: &World, issuer: &Issuer, sub: &str) -> (Browser, Me) {
    issuer.seats(person(sub));
    let mut browser = browser(world);
    let answer = browser.signs_in("it", "").await;
    assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap_or_default());
    let me = me(world, &browser).await;
    (browser, me)
}

/// The status of a refusal, which is a page and gives no session.
pub async fn refused(browser: &Browser, answer: Response) -> u16 {
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("text");
    assert!(status >= 400 && text.contains("<html"), "{status}: {text}");
    assert_eq!(browser.token(), None, "{text}");
    status
}
