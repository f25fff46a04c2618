//! Providers that lie. What each of them says gives no session, and makes no account.

use ajet_protocol::{ProviderType, limits};
use serde_json::{Value, json};

use super::set_up::{browser, forge, me, oidc, person, refused, signed_in, world_of, world_of_two};
use crate::support::forge::{Account, Forge};
use crate::support::issuer::{Issuer, Lies, Signed};
use crate::support::keys::Kind;
use crate::support::stand_in::{Said, answers, listening};
use crate::support::{World, db, sql};

/// How many accounts at providers there are.
async fn accounts(world: &World) -> i64 {
    let count = sqlx::query_scalar("select count(*) from oauth_accounts");
    count.fetch_one(&mut db(world).await).await.expect("counts")
}

/// A claim of the ID token that is otherwise than it should be.
fn claiming(name: &'static str, value: Value) -> (String, Lies) {
    (format!("{name} {value}"), Lies { claims: vec![(name, value)], ..Lies::default() })
}

fn signing(signed: Signed) -> (String, Lies) {
    (format!("{signed:?}"), Lies { signed, ..Lies::default() })
}

/// What an issuer that signs so may say otherwise.
fn lies(kind: Kind) -> Vec<(String, Lies)> {
    let headed = |name: &'static str, value: Value| {
        (format!("{name} {value}"), Lies { header: vec![(name, value)], ..Lies::default() })
    };
    vec![
        claiming("iss", json!("https://accounts.example")),
        claiming("iss", Value::Null),
        claiming("aud", json!("another-client")),
        claiming("aud", json!(["ajet-chat", "another-client"])),
        claiming("aud", Value::Null),
        claiming("azp", json!("another-client")),
        claiming("nonce", json!("of-another-sign-in")),
        claiming("nonce", Value::Null),
        claiming("exp", json!(1_000_000_000)),
        claiming("exp", Value::Null),
        // The year 2096.
        claiming("nbf", json!(4_000_000_000_u32)),
        claiming("iat", json!(4_000_000_000_u32)),
        claiming("sub", Value::Null),
        claiming("sub", json!("")),
        claiming("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        signing(Signed::Not),
        signing(Signed::ByAnother),
        signing(Signed::WithThePublicKey),
        signing(Signed::WithTheSecret),
        headed("kid", json!("a-key-that-no-one-knows")),
        headed("alg", json!(if kind == Kind::EdDsa { "RS256" } else { "EdDSA" })),
        headed("alg", json!("none")),
        headed("crit", json!(["b64"])),
        headed("typ", json!("at+jwt")),
        ("userinfo of another".into(), Lies { userinfo_sub: Some("mallory"), ..Lies::default() }),
        ("endless tokens".into(), Lies { endless: Some("/token"), ..Lies::default() }),
        ("endless userinfo".into(), Lies { endless: Some("/userinfo"), ..Lies::default() }),
        (
            "names another".into(),
            Lies { answers_as: Some("https://accounts.example".into()), ..Lies::default() },
        ),
    ]
}

/// By each kind of key: what signs otherwise is checked otherwise.
#[tokio::test]
async fn what_a_provider_does_not_vouch_for_is_not_believed() {
    for kind in Kind::ALL {
        let issuer = Issuer::signing(kind).await;
        let world = world_of(&issuer).await;
        issuer.seats(person("carol"));
        for (name, lie) in lies(kind) {
            issuer.lies(lie);
            let mut carol = browser(&world);
            let answer = carol.signs_in("it", "").await;
            assert_eq!(answer.headers().get("location"), None, "{kind:?}: {name}");
            let status = refused(&carol, answer).await;
            assert!([403, 503].contains(&status), "{kind:?}: {name}: {status}");
            assert_eq!(accounts(&world).await, 0, "{kind:?}: {name}");
        }
        issuer.lies(Lies::default());
        signed_in(&world, &issuer, "carol").await;
        assert_eq!(accounts(&world).await, 1, "{kind:?}");
        world.end().await;
    }
}

/// RFC 9207: without the name, and with another one, the code goes nowhere.
#[tokio::test]
async fn an_answer_that_does_not_name_its_provider_is_not_followed() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(person("carol"));
    for named in ["", "&iss=https%3A%2F%2Faccounts.example", "&iss="] {
        let mut carol = browser(&world);
        let address = carol.begin("it", "").await;
        let back = carol.at_provider(&address).await;
        let (answer, _) = back.split_once("&iss=").expect("it names itself");
        let answer = carol.get(&format!("{answer}{named}"), "cross-site").await;
        assert_eq!(refused(&carol, answer).await, 403, "{named:?}");
    }
    assert_eq!(issuer.asked("/token"), 0);
    world.end().await;
}

#[tokio::test]
async fn a_provider_that_describes_itself_as_another_is_not_asked() {
    for (name, value) in [
        ("issuer", json!("https://accounts.example")),
        ("authorization_endpoint", Value::Null),
        ("jwks_uri", json!("not an address")),
    ] {
        let issuer = Issuer::new().await;
        issuer.lies(Lies { metadata: vec![(name, value)], ..Lies::default() });
        let world = world_of(&issuer).await;
        let mut carol = browser(&world);
        let answer = carol.get("/auth/it/start", "same-origin").await;
        assert_eq!(refused(&carol, answer).await, 403, "{name}");
        world.end().await;
    }
}

/// What shows our secret goes to the address that was checked, and not on from there.
#[tokio::test]
async fn no_redirect_is_followed() {
    let (listener, elsewhere) = listening().await;
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&asked);
    answers(listener, move |_| {
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Said::json(&json!({ "access_token": "a", "id_token": "b" }))
    });
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(person("carol"));
    issuer.lies(Lies { token_redirect: Some(format!("{elsewhere}/latest/meta-data")), ..Lies::default() });
    let mut carol = browser(&world);
    let answer = carol.signs_in("it", "").await;
    assert_eq!(refused(&carol, answer).await, 403);
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 0);
    world.end().await;
}

/// Texts that PostgreSQL refuses, or that fill it.
#[tokio::test]
async fn what_a_provider_says_of_somebody_is_made_fit_to_be_kept() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    for bad in ["a\0b".to_owned(), "a\nb".to_owned(), "x".repeat(256), "x".repeat(10_000)] {
        for name in ["sub", "sid"] {
            let mut carol = person("carol");
            carol[name] = json!(bad);
            issuer.seats(carol);
            let mut carol = browser(&world);
            let answer = carol.signs_in("it", "").await;
            assert_eq!(refused(&carol, answer).await, 403, "{name} {bad:.20}");
        }
    }
    let long = format!("a\0{}", "x".repeat(50_000));
    issuer.seats(json!({
        "sub": "carol", "preferred_username": long, "name": long, "email": format!("{long}@example.org"), "email_verified": true
    }));
    let mut carol = browser(&world);
    carol.signs_in("it", "").await;
    let carol = me(&world, &carol).await;
    assert_eq!((carol.user.display_name.chars().count(), carol.email), (limits::NAME_CHARS, None));
    let longest = "select 1 from oauth_accounts where length(username) = 254 and username like 'axx%'";
    assert_eq!(sql(&world, longest).await, 1);
    world.end().await;
}

/// Where no private network may be asked, none is: neither the provider nor what it names.
#[tokio::test]
async fn private_networks_are_asked_only_where_the_settings_say_so() {
    let issuer = Issuer::new().await;
    let provider = oidc(&issuer);
    let world = World::with(|config| {
        config.outgoing.allow_private = false;
        config.oauth.insert("it".into(), provider);
    })
    .await;
    let mut carol = browser(&world);
    let answer = carol.get("/auth/it/start", "same-origin").await;
    assert_eq!(refused(&carol, answer).await, 503);
    assert_eq!(issuer.asked("/.well-known/openid-configuration"), 0);
    let world = world.restarted(|config| config.outgoing.private_providers = true).await;
    signed_in(&world, &issuer, "carol").await;
    world.end().await;
}

/// An e-mail address tells nothing of who somebody is, verified or not.
#[tokio::test]
async fn an_address_that_is_equal_to_another_persons_makes_no_one_that_person() {
    let (world, issuer, other) = world_of_two().await;
    let said = |sub: &str, verified: bool| json!({ "sub": sub, "preferred_username": "carol", "email": "canary@example.org", "email_verified": verified });
    issuer.seats(said("1", true));
    let mut carol = browser(&world);
    carol.signs_in("it", "").await;
    let carol = me(&world, &carol).await;
    for (provider, at, sub, verified) in [
        ("it", &issuer, "2", false),
        ("it", &issuer, "3", true),
        ("other", &other, "4", true),
        ("other", &other, "5", false),
    ] {
        at.seats(said(sub, verified));
        let mut mallory = browser(&world);
        mallory.signs_in(provider, "").await;
        let mallory = me(&world, &mallory).await;
        assert_ne!(mallory.user.id, carol.user.id, "{provider} {sub}");
        assert_ne!(mallory.user.username, "carol");
        assert_eq!(mallory.email.is_some(), verified, "an address that is not verified is not kept");
    }
    world.end().await;
}

/// Ids are those of one provider: the same one elsewhere is somebody else.
#[tokio::test]
async fn the_same_id_at_two_providers_is_two_people() {
    let (issuer, other) = (Issuer::new().await, Issuer::new().await);
    let (github, gitea) = (Forge::new(ProviderType::Github).await, Forge::new(ProviderType::Gitea).await);
    let all = [
        ("it", oidc(&issuer)),
        ("other", oidc(&other)),
        ("github", forge(ProviderType::Github, &github)),
        ("gitea", forge(ProviderType::Gitea, &gitea)),
    ];
    let world =
        World::with(|config| config.oauth.extend(all.map(|(name, given)| (name.to_owned(), given)))).await;
    let account = Account { id: 7, login: "carol", name: "Carol", belongs: &[] };
    issuer.seats(json!({ "sub": "7", "preferred_username": "carol" }));
    other.seats(json!({ "sub": "7", "preferred_username": "carol" }));
    github.seats(account.clone());
    gitea.seats(account);
    let mut people = std::collections::HashSet::new();
    for provider in ["it", "other", "github", "gitea"] {
        let mut carol = browser(&world);
        carol.signs_in(provider, "").await;
        people.insert(me(&world, &carol).await.user.id);
    }
    assert_eq!((people.len(), accounts(&world).await), (4, 4));
    world.end().await;
}

/// A code of one provider that comes back at the address of another, as a provider that plays both ends would have it.
#[tokio::test]
async fn what_one_provider_answers_is_not_taken_to_another() {
    let (honest, hostile) = (Issuer::new().await, Issuer::new().await);
    let (one, two) = (oidc(&honest), oidc(&hostile));
    let world = World::with(|config| {
        config.oauth.insert("it".into(), one);
        config.oauth.insert("hostile".into(), two);
    })
    .await;
    honest.seats(person("carol"));
    hostile.seats(person("carol"));
    let mut carol = browser(&world);
    let address = carol.begin("hostile", "").await;
    // The hostile one sends the browser on to the honest one, with the state that it was given.
    let asked = url::Url::parse(&address).expect("an address");
    let onwards = format!("{}/authorize?{}", honest.url, asked.query().unwrap_or_default());
    let back = carol.at_provider(&onwards).await;
    assert!(back.contains("/auth/hostile/callback"), "{back}");
    let answer = carol.get(&back, "cross-site").await;
    assert_eq!(refused(&carol, answer).await, 403, "it names the honest one");
    // And to the address of the honest one, with a state of the hostile one.
    let address = carol.begin("hostile", "").await;
    let back = carol.at_provider(&address).await.replace("/auth/hostile/", "/auth/it/");
    let answer = carol.get(&back, "cross-site").await;
    assert_eq!(refused(&carol, answer).await, 403);
    assert_eq!((honest.asked("/token"), hostile.asked("/token"), accounts(&world).await), (0, 0, 0));
    world.end().await;
}
