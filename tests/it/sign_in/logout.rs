//! `POST /auth/{provider}/backchannel-logout`: a provider says that a session of its is over.

use ajet_client::{AuditQuery, Client};
use ajet_protocol::{AuditEntry, Code};
use serde_json::{Value, json};

use super::set_up::{added, browser, client, disable, oidc, person, signed_in, world_of};
use crate::support::browser::Browser;
use crate::support::issuer::{Issuer, Lies};
use crate::support::requests::{answer, http};
use crate::support::{DEADLINE, Unfounded, World, code, eventually, next, serve, sessions_of};

/// Tells a server of the end of sessions; the status of its answer.
async fn tell(world: &World, provider: &str, token: &str) -> u16 {
    tell_at(&world.base(), provider, token).await
}

async fn tell_at(base: &str, provider: &str, token: &str) -> u16 {
    let address = format!("{base}/auth/{provider}/backchannel-logout");
    let request = http().post(address).form(&[("logout_token", token)]);
    request.send().await.expect("answers").status().as_u16()
}

/// Carol, in a session that the issuer calls so.
async fn session(world: &World, issuer: &Issuer, name: &str) -> Client {
    let mut carol = person("carol");
    carol["sid"] = json!(name);
    issuer.seats(carol);
    let mut browser = browser(world);
    browser.signs_in("it", "").await;
    client(world, &browser)
}

/// I14, on another node.
#[tokio::test]
async fn all_sessions_of_a_person_end_with_their_streams_before_the_answer() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (one, other) = (session(&world, &issuer, "s1").await, session(&world, &issuer, "s2").await);
    let (dave, _) = signed_in(&world, &issuer, "dave").await;
    let node = serve(&world.config).await;
    let one = one.at(&format!("http://{}", node.addr()));
    let mut live = one.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    assert_eq!(tell(&world, "it", &issuer.logout_token(&[("sub", json!("carol"))])).await, 204);
    for over in [&one, &other] {
        assert_eq!(code(over.me().await), Code::Unauthenticated, "from the answer on");
    }
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "its stream ends");
    client(&world, &dave).me().await.expect("those of others go on");
    let again = session(&world, &issuer, "s3").await;
    let lines = again.own_audit(&AuditQuery::default()).await.expect("carol signs in again").items;
    let by_it = |line: &&AuditEntry| line.action == "session.end" && line.details["reason"] == "provider";
    let told: Vec<_> = lines.iter().filter(by_it).collect();
    assert!(told.len() == 2 && told.iter().all(|line| line.actor.is_none()), "{lines:?}");
    node.stop().await;
    world.end().await;
}

#[tokio::test]
async fn one_session_ends_where_one_is_named() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    for claims in [&[("sid", json!("s1"))][..], &[("sid", json!("s1")), ("sub", json!("carol"))][..]] {
        let (one, other) = (session(&world, &issuer, "s1").await, session(&world, &issuer, "s2").await);
        assert_eq!(tell(&world, "it", &issuer.logout_token(claims)).await, 204);
        assert_eq!(code(one.me().await), Code::Unauthenticated);
        other.me().await.expect("goes on");
    }
    let one = session(&world, &issuer, "s1").await;
    let of_another = issuer.logout_token(&[("sid", json!("s1")), ("sub", json!("dave"))]);
    assert_eq!(tell(&world, "it", &of_another).await, 204, "there was none");
    one.me().await.expect("goes on");
    world.end().await;
}

/// Sessions that were opened by it go on, until it says that they are over.
#[tokio::test]
async fn a_provider_that_was_disabled_is_heard_all_the_same() {
    let (other, issuer) = (Issuer::new().await, Issuer::new().await);
    let world = world_of(&other).await;
    let provider = world.ann.create_oauth_provider(&added(&issuer, "Added")).await.expect("adds");
    issuer.seats(person("carol"));
    let mut carol = browser(&world);
    carol.signs_in("added", "").await;
    let carol = client(&world, &carol);
    disable(&world, provider.id).await;
    carol.me().await.expect("goes on");
    assert_eq!(tell(&world, "added", &issuer.logout_token(&[("sub", json!("carol"))])).await, 204);
    assert_eq!(code(carol.me().await), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn what_the_provider_did_not_say_now_ends_nothing() {
    let (issuer, mallory) = (Issuer::new().await, Issuer::new().await);
    let world = world_of(&issuer).await;
    let carol = session(&world, &issuer, "s1").await;
    let sub = || ("sub", json!("carol"));
    let of_another_key = mallory.logout_token(&[sub(), ("iss", json!(issuer.url))]);
    for (what, token) in [
        ("signed by another", of_another_key),
        ("of another provider", issuer.logout_token(&[sub(), ("iss", json!(mallory.url))])),
        ("for another client", issuer.logout_token(&[sub(), ("aud", json!("other"))])),
        ("old", issuer.logout_token(&[sub(), ("iat", json!(1_000_000_000)), ("exp", Value::Null)])),
        ("expired", issuer.logout_token(&[sub(), ("exp", json!(1_000_000_000))])),
        ("an ID token", issuer.logout_token(&[sub(), ("nonce", json!("n"))])),
        ("of no event", issuer.logout_token(&[sub(), ("events", json!({}))])),
        ("of nobody", issuer.logout_token(&[])),
        ("without an id", issuer.logout_token(&[sub(), ("jti", Value::Null)])),
        ("nothing", "x".into()),
    ] {
        assert_eq!(tell(&world, "it", &token).await, 400, "{what}");
    }
    assert_eq!(tell(&world, "none", &issuer.logout_token(&[sub()])).await, 404);
    carol.me().await.expect("goes on");
    world.end().await;
}

/// Who invents tokens is told to wait, and what the provider says from the same address is heard.
#[tokio::test]
async fn invented_logout_tokens_count_for_their_address() {
    let issuer = Issuer::new().await;
    let provider = oidc(&issuer);
    let world = World::with(|config| {
        config.limits.failures_per_minute = 3;
        config.oauth.insert("it".into(), provider);
    })
    .await;
    session(&world, &issuer, "s1").await;
    for status in [400, 400, 400, 429] {
        assert_eq!(tell(&world, "it", "x").await, status);
    }
    assert_eq!(sessions_of(&world, "carol").await, 1);
    assert_eq!(tell(&world, "it", &issuer.logout_token(&[("sub", json!("carol"))])).await, 204);
    assert_eq!(sessions_of(&world, "carol").await, 0);
    world.end().await;
}

/// The founder of the first community owns the system, and gets another session in place of the one in which they founded it.
#[tokio::test]
async fn the_session_that_the_owner_of_the_system_gets_ends_as_well() {
    let issuer = Issuer::new().await;
    let provider = oidc(&issuer);
    let first = Unfounded::with(|config| drop(config.oauth.insert("it".into(), provider))).await;
    let base = format!("http://{}", first.server.addr());
    issuer.seats(person("carol"));
    let mut carol = Browser::new(&base);
    assert_eq!(carol.signs_in("it", "").await.status().as_u16(), 200);
    let before = carol.token().expect("is signed in").to_owned();
    let founding = http().post(format!("{base}/communities")).header("origin", &base);
    let founding = founding.header("cookie", format!("ajet_session={before}"));
    let founded = answer(founding.form(&[("name", "Ferris"), ("slug", "ferris")])).await;
    assert_eq!(founded.status().as_u16(), 303);
    let given = founded.headers()["set-cookie"].to_str().expect("text");
    let given = given.strip_prefix("ajet_session=").and_then(|rest| rest.split(';').next());
    let given = given.expect("another session").to_owned();
    assert_ne!(given, before);
    let carol = first.nobody.with_token(&given);
    carol.me().await.expect("is signed in");
    assert_eq!(tell_at(&base, "it", &issuer.logout_token(&[("sub", json!("carol"))])).await, 204);
    assert_eq!(code(carol.me().await), Code::Unauthenticated);
    first.end().await;
}

/// Tokens that anybody can make up have the keys read again; what is known of the provider outlasts that it does not answer.
#[tokio::test]
async fn keys_that_can_not_be_read_again_stay_known() {
    let (issuer, mallory) = (Issuer::new().await, Issuer::new().await);
    let world = world_of(&issuer).await;
    signed_in(&world, &issuer, "carol").await;
    let asked = issuer.asked("/jwks");
    issuer.lies(Lies { endless: Some("/jwks"), ..Lies::default() });
    let made_up = || mallory.logout_token(&[("sub", json!("carol")), ("iss", json!(issuer.url))]);
    eventually("the keys are old enough to be read again", async || {
        tell(&world, "it", &made_up()).await;
        issuer.asked("/jwks") > asked
    })
    .await;
    signed_in(&world, &issuer, "dave").await;
    world.end().await;
}

/// Who got hold of a logout token does not sign somebody out again and again.
#[tokio::test]
async fn a_token_tells_once() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    session(&world, &issuer, "s1").await;
    let token = issuer.logout_token(&[("sub", json!("carol"))]);
    assert_eq!(tell(&world, "it", &token).await, 204);
    let again = session(&world, &issuer, "s2").await;
    assert_eq!(tell(&world, "it", &token).await, 400);
    again.me().await.expect("goes on");
    world.end().await;
}
