//! `POST /auth/{provider}/backchannel-logout`: a provider says that a session of its is over.

use ajet_client::Client;
use ajet_protocol::Code;
use serde_json::{Value, json};

use super::set_up::{added, browser, client, disable, person, signed_in, world_of};
use crate::support::issuer::Issuer;
use crate::support::requests::http;
use crate::support::{DEADLINE, World, code, next, serve};

/// Tells a server of the end of sessions; the status of its answer.
async fn tell(world: &World, provider: &str, token: &str) -> u16 {
    let address = format!("{}/auth/{provider}/backchannel-logout", world.base());
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
    session(&world, &issuer, "s3").await.me().await.expect("carol signs in again");
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
